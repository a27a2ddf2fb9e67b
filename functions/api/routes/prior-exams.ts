import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { EyeResult } from '../../../core/exams/exam-result.ts';
import { eyeGradesSchema } from '../../../core/exams/eye-grade.ts';
import { fieldSchema } from '../../../core/exams/field.ts';
import { finalOf, finalSchema } from '../../../core/exams/final.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { resultLineOf, resultLineSchema } from '../../../core/reviews/result-line.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { isBlinded, sightOf } from '../blinded.ts';
import type { Caller } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { examParameters } from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';
import { unknownExam } from '../unknown-exam.ts';

const priorPhotograph = z.object({
  /** Its key. */
  image: z.string(),
  field: fieldSchema.nullable(),
});

/** An earlier visit of a patient. */
export const priorExam = z.object({
  exam: z.string(),
  /** The day on which its photographs were taken; where none says so, the day on which the first of them came. */
  day: z.iso.date(),
  /** Of each eye, the primary one first. */
  photographs: z.object({ left: z.array(priorPhotograph), right: z.array(priorPhotograph) }),
  /** What holds of it; `null` while it is read, and where it would tell a blinded reader the machine's word. */
  final: finalSchema.nullable(),
  /** What the reader whose verdict holds saw of each eye; `null` where nobody said. */
  eyes: eyeGradesSchema.nullable(),
  /** The machine's result and the verdicts; `null` without the scope `read`, and for a blinded reader. */
  result: resultLineSchema.nullable(),
});

export const priorExamsAnswer = z.object({
  /** The latest first. */
  items: z.array(priorExam),
  /** There are more exams of the patient than were looked at. */
  truncated: z.boolean(),
});

/** So many exams of a patient are looked at. */
const MOST_EXAMS = 100;

const getPriorExams = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams/{exam}/prior',
  operationId: 'listPriorExams',
  tags: ['reviews'],
  ...scoped('review'),
  summary:
    'The earlier visits of an exam’s patient as its reader may see them, the latest first. Research use only.',
  description:
    'Only visits with a result. Blinded readers get photographs, and the outcome that readers decided; not what a machine found, then or now.',
  request: { params: examParameters },
  responses: {
    200: { description: 'The visits', content: { 'application/json': { schema: priorExamsAnswer } } },
    ...PROBLEMS,
  },
});

/** When a visit was: the first day that a photograph of it tells, else the day on which it came. */
function dayOf({ images, createdAt }: ExamRecord): string {
  const days = images.flatMap(({ takenOn }) => (takenOn === undefined ? [] : [takenOn.slice(0, 10)]));
  return days.toSorted()[0] ?? createdAt.slice(0, 10);
}

const photographsOf = (eye: EyeResult | null | undefined) =>
  (eye?.images ?? []).map(({ image, field }) => ({ image, field }));

/** @param isHidden whether the reader is blinded in the exam that they read now */
function priorOf(
  record: ExamRecord,
  caller: Caller,
  settings: { readonly blindToModel: boolean },
  isHidden: boolean,
): z.infer<typeof priorExam> {
  const state = reviewStateOf(record);
  const isOpen = state !== null && state.stage === null;
  const final = isOpen ? finalOf(record) : null;
  const mayKnow = final !== null && (!isHidden || final.decidedBy !== 'machine');
  const isWhole =
    state !== null &&
    !isHidden &&
    caller.scopes.includes('read') &&
    !isBlinded(sightOf(state, caller, settings));
  return {
    exam: record.exam,
    day: dayOf(record),
    photographs: {
      left: photographsOf(record.result?.eyes.left),
      right: photographsOf(record.result?.eyes.right),
    },
    final: mayKnow ? final : null,
    eyes: (isOpen && state.reviews.findLast(({ eyes }) => eyes !== undefined)?.eyes) || null,
    result: isWhole ? resultLineOf(record) : null,
  };
}

/** A patient's earlier visits. */
export function addPriorExamRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects'>,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(getPriorExams, async (context) => {
    const key = context.req.valid('param');
    const { caller } = context.var;
    const record = await home.exams.get(key);
    if (record === undefined) throw unknownExam(key);
    const { program, patient } = key;
    const [{ review }, page] = await Promise.all([
      configuration.settings(program),
      home.exams.listByPatient(program, patient, { limit: MOST_EXAMS }),
    ]);
    const state = reviewStateOf(record);
    // Before it has a result there is nothing that a prior one could give away.
    const isHidden = state !== null && state.stage !== null && isBlinded(sightOf(state, caller, review));
    const when = (one: ExamRecord) => `${dayOf(one)} ${one.createdAt} ${one.exam}`;
    const prior = page.items
      .filter((one) => one.result !== null && one.exam !== record.exam && when(one) < when(record))
      .toSorted((a, b) => (when(a) < when(b) ? 1 : -1));
    noteSubjects(context, [`${patient}/${record.exam}`, ...prior.map(({ exam }) => `${patient}/${exam}`)]);
    const items = prior.map((one) => priorOf(one, caller, review, isHidden));
    return context.json({ items, truncated: page.cursor !== undefined }, 200);
  });
}
