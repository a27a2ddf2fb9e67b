import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { finalOf } from '../../../core/exams/final.ts';
import { OUTCOMES, type Outcome } from '../../../core/exams/outcome.ts';
import { factsOf } from '../../../core/ports/exam-facts.ts';
import { type ExamFilter, fitsFilter } from '../../../core/ports/exam-filter.ts';
import type { Home, Page, PageRequest } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { resultLineOf } from '../../../core/reviews/result-line.ts';
import type { KnownLabels } from '../../../core/summary/known-labels.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom } from '../blinded.ts';
import { chainedPage } from '../chained-page.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters, resultsPage, resultsQuery } from '../schemas.ts';
import { scoped } from '../scoped.ts';

type ResultsQuery = z.infer<typeof resultsQuery>;

const listResults = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/results',
  operationId: 'listResults',
  tags: ['results'],
  ...scoped('read'),
  summary: 'Results of screened exams, newest or most urgent first. Research use only.',
  description:
    'A page may hold fewer results than its limit and still have a cursor: the filter left some out. A reader (scope `review`, neither `operate` nor `admin`) is not told of exams that they, or others, still have to read blinded.',
  request: { params: programParameters, query: resultsQuery },
  responses: {
    200: { description: 'A page of results', content: { 'application/json': { schema: resultsPage } } },
    ...PROBLEMS,
  },
});

function filterOf(query: ResultsQuery): ExamFilter | undefined {
  const { label, min, max, model, gradable, reason, reviewed, machineOutcome } = query;
  const filter: ExamFilter = {
    ...(label === undefined ? {} : { label: { name: label, minimum: min, maximum: max } }),
    ...(model === undefined ? {} : { model }),
    ...(gradable === undefined ? {} : { gradable }),
    ...(reason === undefined ? {} : { reason }),
    ...(reviewed === undefined ? {} : { reviewed }),
    ...(machineOutcome === undefined ? {} : { machine: machineOutcome }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/** A patient's exams are few: they are filtered as they are read. */
async function resultsOfPatient(
  home: Pick<Home, 'exams'>,
  program: string,
  patient: string,
  query: ResultsQuery,
): Promise<Page<ExamRecord>> {
  const { outcome, since, until, limit, cursor } = query;
  const { items, ...rest } = await home.exams.listByPatient(program, patient, { limit, cursor });
  const filter = filterOf(query) ?? {};
  const fits = (record: ExamRecord): boolean => {
    const screenedAt = record.result?.screenedAt ?? '';
    return (
      (outcome === undefined || finalOf(record)?.outcome === outcome) &&
      (since === undefined || screenedAt >= since) &&
      (until === undefined || screenedAt < until) &&
      fitsFilter(factsOf(record), filter)
    );
  };
  return { items: items.filter(fits), ...rest };
}

/** Results of a program or one patient that fit a filter. */
function findResults(
  home: Pick<Home, 'exams'>,
  program: string,
  query: ResultsQuery,
): Promise<Page<ExamRecord>> {
  const { outcome, patient, since, until, order, sort, limit, cursor } = query;
  if (patient !== undefined) return resultsOfPatient(home, program, patient, query);
  const where = filterOf(query);
  const listed = (listings: readonly Outcome[], page: PageRequest) =>
    home.exams.list(program, { listings, since, until, order, where, ...page });
  if (sort === 'date') return listed(outcome === undefined ? OUTCOMES : [outcome], { limit, cursor });
  const name = JSON.stringify(['results by urgency', program, where, order, since, until]);
  return chainedPage(name, OUTCOMES.toReversed(), { limit, cursor }, (one, page) => listed([one], page));
}

/** Results. */
export function addResultRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'exams' | 'objects'>,
  labels: KnownLabels,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(listResults, async (context) => {
    const { program } = context.req.valid('param');
    const query = context.req.valid('query');
    const page = await findResults(home, program, query);
    // Looked at where nothing fits alone: what was found has the label.
    if (page.items.length === 0 && query.label !== undefined) await labels.require(program, query.label);
    // To be found by a filter would tell, so what is hidden is left out of every list.
    const hides = await hiddenFrom(context.var.caller, program, configuration);
    const items = page.items
      .filter((record) => !hides(record))
      .flatMap((record) => resultLineOf(record) ?? []);
    return context.json({ items, cursor: page.cursor }, 200);
  });
}
