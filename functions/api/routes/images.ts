import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readStoredJson } from '../../../core/documents/stored-json.ts';
import { examKeySchema } from '../../../core/exams/exam-key.ts';
import { lateralitySchema } from '../../../core/exams/laterality.ts';
import { readActiveModel } from '../../../core/heads/promotion.ts';
import { moveImage, withdraw } from '../../../core/identity/move-image.ts';
import type { Rescreening } from '../../../core/identity/withdraw-image.ts';
import type { Home } from '../../../core/ports/index.ts';
import { screeningBy } from '../../../core/preparation/prepared-for.ts';
import {
  DEFAULT_SETTINGS,
  programSettingsSchema,
  settingsKey,
} from '../../../core/programs/program-settings.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { examDetailOf } from '../exam-state.ts';
import { CHANGE_PROBLEMS } from '../responses.ts';
import { examDetailSchema, examParameters } from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';

const PATH = '/v1/programs/{program}/patients/{patient}/exams/{exam}/images';
const reason = z.string().trim().min(3).max(500);
const image = z.string().min(1).max(1_024);

export const withdrawBody = z.object({ image, reason }).strict();
export const moveBody = z
  .object({
    image,
    reason,
    to: examKeySchema.pick({ patient: true, exam: true }).extend({ laterality: lateralitySchema }),
    /** Swap the two eyes of the exam, where the other has an image. */
    swap: z.boolean().default(false),
  })
  .strict();

const answer = {
  description: 'The exam that the image was of',
  content: { 'application/json': { schema: examDetailSchema } },
};

const withdrawRoute = createRoute({
  method: 'post',
  path: `${PATH}/withdraw`,
  operationId: 'withdrawImage',
  tags: ['exams'],
  ...scoped('operate'),
  summary: 'Withdraw an image that does not belong to the exam; the exam is screened by what is left',
  request: {
    params: examParameters,
    body: { required: true, content: { 'application/json': { schema: withdrawBody } } },
  },
  responses: { 200: answer, ...CHANGE_PROBLEMS },
});

const moveRoute = createRoute({
  method: 'post',
  path: `${PATH}/move`,
  operationId: 'moveImage',
  tags: ['exams'],
  ...scoped('operate'),
  summary: 'Move an image to the patient, exam and eye that it belongs to; both exams are screened again',
  request: {
    params: examParameters,
    body: { required: true, content: { 'application/json': { schema: moveBody } } },
  },
  responses: { 200: answer, ...CHANGE_PROBLEMS },
});

async function rescreening(home: Pick<Home, 'objects'>, program: string): Promise<Rescreening> {
  const stored = await readStoredJson(home.objects, settingsKey(program), programSettingsSchema);
  const { policy, review, captureProtocol } = stored ?? DEFAULT_SETTINGS;
  const model = await readActiveModel(home.objects);
  const { contract } = await screeningBy(home.objects, model);
  return { model, contract, policy, captureProtocol, review };
}

/** Putting right whose an image is. */
export function addImageRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams' | 'queues' | 'events'>,
): void {
  app.openapi(withdrawRoute, async (context) => {
    const key = context.req.valid('param');
    const body = context.req.valid('json');
    const now = new Date();
    const attribution = { home, by: await rescreening(home, key.program), now };
    const said = { at: now.toISOString(), by: context.var.caller.subject, reason: body.reason };
    const record = await withdraw(attribution, key, body.image, said);
    return context.json(examDetailOf(record), 200);
  });

  app.openapi(moveRoute, async (context) => {
    const key = context.req.valid('param');
    const { image: name, reason: why, to, swap } = context.req.valid('json');
    noteSubjects(context, [`${key.patient}/${key.exam}`, `${to.patient}/${to.exam}`]);
    const now = new Date();
    const attribution = { home, by: await rescreening(home, key.program), now };
    const said = { at: now.toISOString(), by: context.var.caller.subject, reason: why };
    const { laterality, patient, exam } = to;
    const place = { exam: { program: key.program, patient, exam }, laterality, swap };
    const record = await moveImage(attribution, key, name, place, said);
    return context.json(examDetailOf(record), 200);
  });
}
