import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { OUTCOMES } from '../../../core/exams/outcome.ts';
import type { ExamTable, Home } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters, summarySchema } from '../schemas.ts';
import { scoped } from '../scoped.ts';

type Summary = z.infer<typeof summarySchema>;

/** Counting is a query on an index: a moment's memory keeps a page that refreshes from repeating it. */
const REMEMBERED_MILLISECONDS = 2_000;

const getSummary = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/summary',
  ...scoped('read'),
  summary: 'How many exams wait, are screened, and with what outcome. Research use only.',
  request: { params: programParameters },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: summarySchema } } },
    ...PROBLEMS,
  },
});

function summaryOf(program: string, counts: Awaited<ReturnType<ExamTable['count']>>): Summary {
  const { registered, screening } = counts;
  const screened = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
  return {
    program,
    exams: registered + screening + screened,
    waiting: { registered, screening },
    screened,
    outcomes: {
      recall: counts.recall,
      ungradable: counts.ungradable,
      refer: counts.refer,
      'refer-urgent': counts['refer-urgent'],
    },
    ungradableRate: screened === 0 ? null : counts.ungradable / screened,
    notice: 'Research use only: not for diagnosis.',
  };
}

/** Counts of a program. */
export function addSummaryRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'exams'>): void {
  const remembered = new Map<string, { readonly at: number; readonly summary: Promise<Summary> }>();

  app.openapi(getSummary, async (context) => {
    const { program } = context.req.valid('param');
    const known = remembered.get(program);
    if (known !== undefined && Date.now() - known.at < REMEMBERED_MILLISECONDS) {
      return context.json(await known.summary, 200);
    }
    const summary = home.exams.count(program).then((counts) => summaryOf(program, counts));
    remembered.set(program, { at: Date.now(), summary });
    summary.catch(() => remembered.delete(program));
    return context.json(await summary, 200);
  });
}
