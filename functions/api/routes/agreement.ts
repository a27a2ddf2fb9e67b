import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../../../core/exams/outcome.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { Home } from '../../../core/ports/index.ts';
import { agreementOf } from '../../../core/reviews/agreement.ts';
import { readerReports } from '../../../core/reviews/reader-report.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { PROBLEMS } from '../responses.ts';
import { agreementAnswer, agreementQuery } from '../review-schemas.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

/** Looked at in one answer: some 20 MB of records. */
const MOST_EXAMS = 5_000;
const PAGE = 500;
const DAYS_30 = 30 * 86_400_000;

const getAgreement = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/reviews/agreement',
  operationId: 'getReaderAgreement',
  tags: ['reviews'],
  ...scoped('read'),
  summary: 'How readers agree with the machine and each other, and how fast they read; the last 30 days',
  request: { params: programParameters, query: agreementQuery },
  responses: {
    200: { description: 'The report', content: { 'application/json': { schema: agreementAnswer } } },
    ...PROBLEMS,
  },
});

function tableOf(pairs: readonly (readonly [Outcome, Outcome])[]) {
  return OUTCOMES.flatMap((machine) =>
    OUTCOMES.map((afterReview) => ({
      machine,
      afterReview,
      exams: pairs.filter(([a, b]) => a === machine && b === afterReview).length,
    })),
  );
}

/** Agreement of readers. */
export function addAgreementRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'exams'>): void {
  async function finished(program: string, since: string, until: string) {
    const records: ExamRecord[] = [];
    let cursor: string | undefined;
    do {
      const request = { stage: 'done', order: 'newest-first', since, until, limit: PAGE, cursor } as const;
      const page = await home.exams.workList(program, request);
      records.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined && records.length < MOST_EXAMS);
    return { records, truncated: cursor !== undefined };
  }

  app.openapi(getAgreement, async (context) => {
    const { program } = context.req.valid('param');
    const query = context.req.valid('query');
    const until = query.until ?? new Date().toISOString();
    const since = query.since ?? new Date(Date.parse(until) - DAYS_30).toISOString();
    const { records, truncated } = await finished(program, since, until);
    const states = records.flatMap((record) => reviewStateOf(record) ?? []);
    const pairs = records.flatMap((record): [Outcome, Outcome][] => {
      const outcome = reviewStateOf(record)?.outcome;
      return record.result === null || outcome == null ? [] : [[record.result.outcome, outcome]];
    });
    return context.json(
      {
        program,
        since,
        until,
        exams: records.length,
        truncated,
        afterReview: agreementOf(pairs),
        table: tableOf(pairs),
        readers: readerReports(states),
        notice: 'Research use only: not for diagnosis.',
      },
      200,
    );
  });
}
