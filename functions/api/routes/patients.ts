import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { erasedSchema } from '../../../core/erasures/erasure-record.ts';
import { identifierSchema } from '../../../core/exams/identifier.ts';
import { outcomeSchema } from '../../../core/exams/outcome.ts';
import { erasePatient } from '../../../core/patients/erase-patient.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { resultLineOf } from '../../../core/reviews/result-line.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom } from '../blinded.ts';
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
          /** Whether the caller reads it without its result. */
          blinded: z.boolean(),
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
  /** What was erased; all zeros for a patient who was not there. */
  erased: erasedSchema,
  /** When what late writers may have left is looked for once more. Until then one record names the patient. */
  lookAgainAt: z.iso.datetime(),
  /** Places that no erasure reaches into, and after how many days at most nothing is left there; `null`: yours to say. */
  remaining: z.array(z.object({ place: z.string(), holds: z.string(), days: z.number().int().nullable() })),
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
  summary: 'Erase a patient: photographs in all versions, features, results and reviews, and what names them',
  description:
    'May be repeated; one that was interrupted goes on. What arrives under the same pseudonym after it is new.',
  request: { params: patientParameters },
  responses: {
    200: { description: 'The receipt', content: { 'application/json': { schema: erasureReceipt } } },
    ...CHANGE_PROBLEMS,
  },
});

/** Finding and erasing patients. */
export function addPatientRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects' | 'prepared' | 'features' | 'vectors' | 'traces'>,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(searchPatients, async (context) => {
    const { program } = context.req.valid('param');
    const patients = [...new Set(context.req.valid('json').patients)];
    noteSubjects(context, patients);
    const hides = await hiddenFrom(context.var.caller, program, configuration);
    const found = await Promise.all(
      patients.map(async (patient) => {
        const { items, cursor } = await home.exams.listByPatient(program, patient, { limit: EXAMS_TOLD });
        const exams = items.map((record) => {
          const line = hides(record) ? null : resultLineOf(record);
          return {
            exam: record.exam,
            status: record.status,
            outcome: line?.outcome ?? null,
            afterReview: line?.review?.outcome ?? null,
            screenedAt: line?.screenedAt ?? null,
            blinded: hides(record),
          };
        });
        return { patient, exams, truncated: cursor !== undefined };
      }),
    );
    return context.json({ items: found.filter(({ exams }) => exams.length > 0) }, 200);
  });

  app.openapi(deletePatient, async (context) => {
    const { program, patient } = context.req.valid('param');
    const by = context.var.caller.subject;
    const { receipt, lookAgainAt, remaining } = await erasePatient(home, {
      ...{ program, patient, by },
      now: () => new Date(),
    });
    return context.json(
      {
        ...{ receipt: receipt.receipt, program, patient, at: receipt.at, by, erased: receipt.erased },
        lookAgainAt,
        remaining: [...remaining],
      },
      200,
    );
  });
}
