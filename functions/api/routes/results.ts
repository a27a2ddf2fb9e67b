import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { OUTCOMES } from '../../../core/exams/outcome.ts';
import { type ResultLine, resultLineOf } from '../../../core/exams/result-line.ts';
import type { Home, Page } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters, resultsPage, resultsQuery } from '../schemas.ts';
import { scoped } from '../scoped.ts';

type ResultsQuery = z.infer<typeof resultsQuery>;

/** A page reads at most this many exams, however few of them fit the filter. */
const MOST_READ = 2_000;

const listResults = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/results',
  ...scoped('read'),
  summary: 'Results of screened exams, newest first. Research use only.',
  description:
    'A page may hold fewer results than its limit and still have a cursor: the filter left some out.',
  request: { params: programParameters, query: resultsQuery },
  responses: {
    200: { description: 'A page of results', content: { 'application/json': { schema: resultsPage } } },
    ...PROBLEMS,
  },
});

function fits(line: ResultLine, query: ResultsQuery): boolean {
  if (query.outcome !== undefined && line.outcome !== query.outcome) return false;
  if (query.since !== undefined && line.screenedAt < query.since) return false;
  if (query.until !== undefined && line.screenedAt >= query.until) return false;
  if (query.label === undefined) return true;
  const { label, min = 0, max = 1 } = query;
  return line.findings.some((f) => f.label === label && f.probability >= min && f.probability <= max);
}

/** Results of a program or one patient that fit a filter. */
async function findResults(
  home: Pick<Home, 'exams'>,
  program: string,
  query: ResultsQuery,
): Promise<Page<ResultLine>> {
  const { outcome, patient, since, until, order, limit } = query;
  const listings = outcome === undefined ? OUTCOMES : [outcome];
  const nextPage = (page: { limit: number; cursor?: string }): Promise<Page<ExamRecord>> =>
    patient === undefined
      ? home.exams.list(program, { ...page, listings, since, until, order })
      : home.exams.listByPatient(program, patient, page);

  const items: ResultLine[] = [];
  let { cursor } = query;
  let read = 0;
  do {
    const page = await nextPage({ limit: limit - items.length, cursor });
    read += page.items.length;
    const lines = page.items.flatMap((record) => resultLineOf(record) ?? []);
    items.push(...lines.filter((line) => fits(line, query)));
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < limit && read < MOST_READ);
  return { items, cursor };
}

/** Results. */
export function addResultRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'exams'>): void {
  app.openapi(listResults, async (context) => {
    const { program } = context.req.valid('param');
    const page = await findResults(home, program, context.req.valid('query'));
    return context.json({ items: [...page.items], cursor: page.cursor }, 200);
  });
}
