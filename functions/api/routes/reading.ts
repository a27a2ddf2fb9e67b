import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { EyeResult } from '../../../core/exams/exam-result.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { resultLineOf } from '../../../core/reviews/result-line.ts';
import { verdictLineOf } from '../../../core/reviews/review-line.ts';
import type { KnownLabels } from '../../../core/summary/known-labels.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { isBlinded, sightOf } from '../blinded.ts';
import type { Caller } from '../caller.ts';
import { contentTag } from '../entity-tag.ts';
import { ApiError } from '../problem.ts';
import { PROBLEMS } from '../responses.ts';
import { readingAnswer } from '../review-schemas.ts';
import { examParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';
import { unknownExam } from '../unknown-exam.ts';

const getReading = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams/{exam}/reading',
  operationId: 'getReading',
  tags: ['reviews'],
  ...scoped('review'),
  summary:
    'One exam as its reader may see it: photographs, and the result unless blinded. Research use only.',
  description:
    'What is shown follows from the stage that the exam waits for: a second reader gets the photographs alone, without quality, outcome, findings, verdicts or deadline; where the program blinds to the model, so does every reader, but an arbiter sees what the two readers said; of two who differ neither sees the other’s verdict. `blindedTo` says what is kept. Of an exam that waits for no reader, only the scope `read` is told the result. The ETag is of all that is told: a verdict with it as If-Match is about what was read.',
  request: { params: examParameters },
  responses: {
    200: { description: 'The exam', content: { 'application/json': { schema: readingAnswer } } },
    ...PROBLEMS,
  },
});

const HEALTHY = 'normal';

function photographsOf(eye: EyeResult | null | undefined, isHidden: boolean) {
  return (eye?.images ?? []).map(({ image, field, quality }) => ({
    image,
    field,
    gradable: isHidden ? null : quality.gradable,
    reason: isHidden ? null : quality.reason,
  }));
}

function readingOf(
  record: ExamRecord,
  caller: Caller,
  blinding: { readonly blindToModel: boolean },
): Omit<z.infer<typeof readingAnswer>, 'grading'> {
  const { program, patient, exam, result } = record;
  const state = reviewStateOf(record);
  if (state === null) {
    throw new ApiError(
      404,
      `Exam "${exam}" of patient "${patient}" has no result yet: it is not to be read.`,
    );
  }
  const { stage, dueAt } = state;
  const sight = sightOf(state, caller, blinding);
  const isHidden = !sight.machine;
  const own = state.reviews.find(({ reader }) => reader === caller.subject);
  return {
    ...{ program, patient, exam, stage },
    waitsForCaller: stage !== null && !state.readers.includes(caller.subject),
    photographs: {
      left: photographsOf(result?.eyes.left, isHidden),
      right: photographsOf(result?.eyes.right, isHidden),
    },
    dueAt: isHidden ? null : dueAt,
    blindedTo: [
      ...(sight.machine ? [] : (['machine'] as const)),
      ...(sight.readers ? [] : (['readers'] as const)),
    ],
    result: isBlinded(sight) ? null : resultLineOf(record),
    verdicts: sight.readers ? state.given.map((review) => verdictLineOf(review, state.given)) : null,
    own: own === undefined ? null : verdictLineOf(own, state.given),
  };
}

/** Exams as their readers see them. */
export function addReadingRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects'>,
  labels: KnownLabels,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(getReading, async (context) => {
    const key = context.req.valid('param');
    const record = await home.exams.get(key);
    if (record === undefined) throw unknownExam(key);
    context.header('etag', contentTag(record));
    const [{ review }, known] = await Promise.all([configuration.settings(key.program), labels.active()]);
    const grading = {
      scheme: review.gradingScheme,
      required: review.requireGrades,
      // Healthy is no finding.
      labels: known.filter((label) => label !== HEALTHY),
    };
    return context.json({ ...readingOf(record, context.var.caller, review), grading }, 200);
  });
}
