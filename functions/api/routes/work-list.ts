import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../../../core/exams/outcome.ts';
import { REVIEW_STAGES, type ReviewStage } from '../../../core/exams/review.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { Home, Page } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { resultLineOf } from '../../../core/reviews/result-line.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { chainedPage } from '../chained-page.ts';
import { ApiError } from '../problem.ts';
import { PROBLEMS } from '../responses.ts';
import { workListCounts, type workListItem, workListPage, workListQuery } from '../review-schemas.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const getWorkList = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/worklist',
  operationId: 'getWorkList',
  tags: ['reviews'],
  ...scoped('review'),
  summary: 'What waits for a reader at one stage, by deadline or urgency. Research use only.',
  description:
    "A second reader is shown the photographs alone, by arrival: neither the machine's outcome nor the first verdict; so is every reader where the program blinds to the model. A page may hold fewer exams than its limit and still have a cursor.",
  request: { params: programParameters, query: workListQuery },
  responses: {
    200: { description: 'A page of the list', content: { 'application/json': { schema: workListPage } } },
    ...PROBLEMS,
  },
});

/** Beyond so many, a stage is said to hold more: nobody plans by the thousandth exam. */
const MOST_COUNTED = 500;

const getCounts = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/worklist/counts',
  operationId: 'countWorkList',
  tags: ['reviews'],
  ...scoped('review'),
  summary: `How many exams wait for the caller at each stage, up to ${MOST_COUNTED}`,
  request: { params: programParameters },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: workListCounts } } },
    ...PROBLEMS,
  },
});

/** A blinded reader must not read the outcome off an exam's place in the list. */
function inOrder(items: readonly ExamRecord[], blinded: boolean): readonly ExamRecord[] {
  if (!blinded) return items;
  return items.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

function itemOf(
  record: ExamRecord,
  stage: ReviewStage,
  blinded: boolean,
  now: string,
): z.infer<typeof workListItem> {
  const { program, patient, exam, result } = record;
  const dueAt = reviewStateOf(record)?.dueAt ?? null;
  return {
    program,
    patient,
    exam,
    stage,
    images: {
      left: result?.eyes.left?.image.key ?? null,
      right: result?.eyes.right?.image.key ?? null,
    },
    dueAt: blinded ? null : dueAt,
    overdue: blinded || dueAt === null ? null : dueAt < now,
    result: blinded ? null : resultLineOf(record),
  };
}

/** Work lists of readers. */
export function addWorkListRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects'>,
): void {
  const configuration = new Configuration(home.objects);

  function list(
    program: string,
    query: z.infer<typeof workListQuery>,
    reader: string,
  ): Promise<Page<ExamRecord>> {
    const { stage, outcome, sort, limit, cursor } = query;
    const where = { notReadBy: reader };
    const ofOutcomes = (outcomes: readonly Outcome[] | undefined, page: { limit: number; cursor?: string }) =>
      home.exams.workList(program, { stage, outcomes, where, ...page });
    if (sort === 'deadline') return ofOutcomes(outcome && [outcome], { limit, cursor });
    const urgentFirst = OUTCOMES.toReversed();
    const name = `urgency:${program}:${stage}`;
    return chainedPage(name, urgentFirst, { limit, cursor }, (one, page) => ofOutcomes([one], page));
  }

  async function isBlindedStage(program: string, stage: ReviewStage): Promise<boolean> {
    return stage === 'second' || (await configuration.settings(program)).review.blindToModel;
  }

  app.openapi(getWorkList, async (context) => {
    const { program } = context.req.valid('param');
    const query = context.req.valid('query');
    const blinded = await isBlindedStage(program, query.stage);
    if (blinded && (query.outcome !== undefined || query.sort === 'urgency')) {
      throw new ApiError(
        400,
        "Readers of this stage are blinded: its list can be neither filtered nor sorted by the machine's outcome.",
      );
    }
    const page = await list(program, query, context.var.caller.subject);
    const now = new Date().toISOString();
    const items = inOrder(page.items, blinded).map((record) => itemOf(record, query.stage, blinded, now));
    return context.json({ items, cursor: page.cursor }, 200);
  });

  app.openapi(getCounts, async (context) => {
    const { program } = context.req.valid('param');
    const where = { notReadBy: context.var.caller.subject };
    const stages = REVIEW_STAGES.map(async (stage) => {
      let exams = 0;
      let cursor: string | undefined;
      do {
        const page = await home.exams.workList(program, {
          stage,
          where,
          limit: MOST_COUNTED - exams,
          cursor,
        });
        exams += page.items.length;
        cursor = page.cursor;
      } while (cursor !== undefined && exams < MOST_COUNTED);
      return { stage, exams, more: cursor !== undefined, blinded: await isBlindedStage(program, stage) };
    });
    return context.json({ stages: await Promise.all(stages) }, 200);
  });
}
