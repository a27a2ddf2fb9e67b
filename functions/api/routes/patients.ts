import { createHash, randomUUID } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { identifierSchema } from '../../../core/exams/identifier.ts';
import { outcomeSchema } from '../../../core/exams/outcome.ts';
import { resultLineOf } from '../../../core/exams/result-line.ts';
import { erasePatient } from '../../../core/patients/erase-patient.ts';
import type { Home } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../caller.ts';
import { BODY_PROBLEMS, CHANGE_PROBLEMS } from '../responses.ts';
import { patientParameters, programParameters } from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';

/** A patient's exams that a search tells of: the first of them by their ids. */
const EXAMS_TOLD = 100;

export const patientSearch = z.object({ patients: z.array(identifierSchema).min(1).max(100) }).strict();
export const patientsFound = z.object({
  items: z.array(
    z.object({
      patient: z.string(),
      /** Ids, and what came of each; outcome after review where there is one. */
      exams: z.array(
        z.object({
          exam: z.string(),
          status: z.enum(['registered', 'screening', 'screened']),
          outcome: outcomeSchema.nullable(),
          afterReview: outcomeSchema.nullable(),
          screenedAt: z.iso.datetime().nullable(),
        }),
      ),
      /** There are more exams: list them by the patient's address. */
      truncated: z.boolean(),
    }),
  ),
});

export const erasureReceipt = z.object({
  receipt: z.string(),
  program: z.string(),
  patient: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  /** What this call erased; all zeros for a patient who was not there. */
  erased: z.object({
    exams: z.number().int(),
    results: z.number().int(),
    reviews: z.number().int(),
    images: z.number().int(),
    features: z.number().int(),
  }),
});

const searchPatients = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/patients/search',
  operationId: 'searchPatients',
  tags: ['patients'],
  ...scoped('read'),
  summary: 'Up to 100 patients by their pseudonyms; those not there are left out. Research use only.',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: patientSearch } } },
  },
  responses: {
    200: { description: 'The patients found', content: { 'application/json': { schema: patientsFound } } },
    ...BODY_PROBLEMS,
  },
});

const deletePatient = createRoute({
  method: 'delete',
  path: '/v1/programs/{program}/patients/{patient}',
  operationId: 'erasePatient',
  tags: ['patients'],
  ...scoped('admin'),
  summary: 'Erase a patient: photographs in all versions, features, results and reviews',
  description: 'May be repeated. What is uploaded under the same pseudonym later is new.',
  request: { params: patientParameters },
  responses: {
    200: { description: 'The receipt', content: { 'application/json': { schema: erasureReceipt } } },
    ...CHANGE_PROBLEMS,
  },
});

/** Finding and erasing patients. */
export function addPatientRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects' | 'vectors'>,
): void {
  app.openapi(searchPatients, async (context) => {
    const { program } = context.req.valid('param');
    const patients = [...new Set(context.req.valid('json').patients)];
    noteSubjects(context, patients);
    const found = await Promise.all(
      patients.map(async (patient) => {
        const { items, cursor } = await home.exams.listByPatient(program, patient, { limit: EXAMS_TOLD });
        const exams = items.map((record) => {
          const line = resultLineOf(record);
          return {
            exam: record.exam,
            status: record.status,
            outcome: line?.outcome ?? null,
            afterReview: line?.review?.outcome ?? null,
            screenedAt: line?.screenedAt ?? null,
          };
        });
        return { patient, exams, truncated: cursor !== undefined };
      }),
    );
    return context.json({ items: found.filter(({ exams }) => exams.length > 0) }, 200);
  });

  app.openapi(deletePatient, async (context) => {
    const { program, patient } = context.req.valid('param');
    const erased = await erasePatient(home, program, patient);
    const receipt = randomUUID();
    const at = new Date().toISOString();
    const by = context.var.caller.subject;
    // What is kept proves that an erasure took place to who knows the pseudonym, and tells it to nobody else.
    const patientHash = createHash('sha256').update(`${program}/${patient}`).digest('hex');
    await home.objects.put(
      `programs/${program}/erasures/${receipt}.json`,
      Buffer.from(JSON.stringify({ receipt, program, patientSha256: patientHash, at, by, erased })),
      { contentType: 'application/json', ifAbsent: true },
    );
    return context.json({ receipt, program, patient, at, by, erased }, 200);
  });
}
