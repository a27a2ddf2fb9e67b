import { createHash, randomUUID } from 'node:crypto';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type ExamKey, examName } from '../../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { Review } from '../../../core/exams/review.ts';
import type { ReviewSettings } from '../../../core/exams/review-settings.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { updateExam } from '../../../core/records/update-exam.ts';
import { addReview } from '../../../core/reviews/add-review.ts';
import { checkFindingLabels } from '../../../core/reviews/check-grades.ts';
import { reviewLineOf, verdictLineOf } from '../../../core/reviews/review-line.ts';
import { reviewedEvent } from '../../../core/reviews/reviewed-event.ts';
import type { KnownLabels } from '../../../core/summary/known-labels.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom, isBlinded, sightOf } from '../blinded.ts';
import type { Caller } from '../caller.ts';
import { contentTag, entityTag, requireMatch } from '../entity-tag.ts';
import { ApiError } from '../problem.ts';
import { CHANGE_PROBLEMS, PROBLEMS } from '../responses.ts';
import { ownReviewsAnswer, reviewAnswer, reviewBody, reviewsAnswer } from '../review-schemas.ts';
import { examParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';
import { unknownExam } from '../unknown-exam.ts';

const path = '/v1/programs/{program}/patients/{patient}/exams/{exam}/reviews';

const getReviews = createRoute({
  method: 'get',
  path,
  operationId: 'listReviews',
  tags: ['reviews'],
  ...scoped('read'),
  summary: 'What readers made of an exam. Research use only.',
  request: { params: examParameters },
  responses: {
    200: { description: 'The verdicts', content: { 'application/json': { schema: reviewsAnswer } } },
    ...PROBLEMS,
  },
});

const postReview = createRoute({
  method: 'post',
  path,
  operationId: 'addReview',
  tags: ['reviews'],
  ...scoped('review'),
  summary: "Add a reader's verdict, or correct one's own; nothing is overwritten",
  description:
    'Who reads is the subject of the token. The verdict counts for the stage that the exam waits for; a correction (`corrects` with a `reason`) takes the place of an own earlier verdict, which stays listed. With If-Match it is added only to the exam as it was read.',
  request: {
    params: examParameters,
    body: { required: true, content: { 'application/json': { schema: reviewBody } } },
  },
  responses: {
    201: { description: 'The verdict', content: { 'application/json': { schema: reviewAnswer } } },
    ...CHANGE_PROBLEMS,
  },
});

const getOwnReviews = createRoute({
  method: 'get',
  path: `${path}/own`,
  operationId: 'listOwnReviews',
  tags: ['reviews'],
  ...scoped('review'),
  summary: "The caller's own verdicts over an exam, and nobody else's: blinded readers may ask",
  request: { params: examParameters },
  responses: {
    200: { description: 'The verdicts', content: { 'application/json': { schema: ownReviewsAnswer } } },
    ...PROBLEMS,
  },
});

/** The same request sent again is the same verdict. */
function verdictId(caller: Caller, exam: ExamKey, key: string | undefined): string {
  if (key === undefined) return randomUUID();
  return createHash('sha256')
    .update(JSON.stringify([caller.subject, examName(exam), key]))
    .digest('hex');
}

function ownOf({ reviews = [] }: ExamRecord, { subject }: Caller): readonly Review[] {
  return reviews.filter(({ reader }) => reader === subject);
}

/**
 * Whether a reader may be told what all readers made of an exam by now: whoever still reads it blinded may not, since a
 * verdict can be corrected. An arbiter knew it before.
 */
function mayKnowAfter(
  record: ExamRecord,
  added: Review,
  caller: Caller,
  settings: Pick<ReviewSettings, 'blindToModel'>,
): boolean {
  const state = reviewStateOf(record);
  if (state === null) return false;
  const isAlone = added.stage === 'first' && state.given.every(({ reader }) => reader === caller.subject);
  return isAlone || added.stage === 'arbitration' || !isBlinded(sightOf(state, caller, settings));
}

/** Readers' verdicts. */
export function addReviewRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects' | 'events'>,
  labels: KnownLabels,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(getReviews, async (context) => {
    const key = context.req.valid('param');
    const record = await home.exams.get(key);
    if (record === undefined) throw unknownExam(key);
    const hides = await hiddenFrom(context.var.caller, key.program, configuration);
    if (hides(record)) {
      throw new ApiError(
        403,
        'You read this exam without what others found. Your own verdicts: …/reviews/own; the exam: …/reading.',
      );
    }
    const review = reviewLineOf(record);
    const present = new Set(review?.verdicts.map(({ id }) => id));
    const all = record.reviews ?? [];
    const former = all.filter(({ id }) => !present.has(id)).map((one) => verdictLineOf(one, all));
    context.header('etag', entityTag(record.revision));
    return context.json({ review, former }, 200);
  });

  app.openapi(getOwnReviews, async (context) => {
    const key = context.req.valid('param');
    const record = await home.exams.get(key);
    if (record === undefined) throw unknownExam(key);
    const { caller } = context.var;
    const given = ownOf(record, caller);
    const holds = reviewStateOf(record)?.reviews.find(({ reader }) => reader === caller.subject);
    const line = (review: Review) => verdictLineOf(review, given);
    context.header('etag', contentTag(record));
    return context.json({ holds: holds === undefined ? null : line(holds), given: given.map(line) }, 200);
  });

  app.openapi(postReview, async (context) => {
    const key = context.req.valid('param');
    const { outcome, eyes, note, corrects, reason } = context.req.valid('json');
    const { caller } = context.var;
    const verdict = {
      id: verdictId(caller, key, context.req.header('idempotency-key')),
      outcome,
      reader: caller.subject,
      ...(eyes === undefined ? {} : { eyes }),
      note: note ?? null,
      ...(corrects === undefined || reason === undefined ? {} : { correction: { corrects, reason } }),
    };
    const { review: settings } = await configuration.settings(key.program);
    const active = eyes === undefined ? [] : await labels.active();
    const change = (before: ExamRecord | undefined): ExamRecord => {
      if (before === undefined) throw unknownExam(key);
      if (before.reviews?.some(({ id }) => id === verdict.id)) return before;
      requireMatch(context.req.header('if-match'), contentTag(before), entityTag(before.revision));
      if (eyes !== undefined) {
        const found = before.result?.findings.map(({ label }) => label) ?? [];
        checkFindingLabels(eyes, new Set([...active, ...found]));
      }
      return addReview(before, verdict, new Date(), settings);
    };
    const record = await updateExam(home, key, change);
    const added = record?.reviews?.find(({ id }) => id === verdict.id);
    if (record === undefined || added === undefined) throw unknownExam(key);
    await home.events.publish([reviewedEvent(record, added)]);
    context.header('etag', contentTag(record));
    const review = mayKnowAfter(record, added, caller, settings) ? reviewLineOf(record) : null;
    return context.json({ verdict: verdictLineOf(added, ownOf(record, caller)), review }, 201);
  });
}
