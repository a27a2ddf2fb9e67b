import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { OUTCOMES } from '../../../core/exams/outcome.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import type { ExamFacts } from '../../../core/ports/exam-facts.ts';
import type { Home } from '../../../core/ports/index.ts';
import { monthCsv } from '../../../core/summary/month-csv.ts';
import {
  type FinishedReading,
  monthRange,
  monthReport,
  monthReportSchema,
} from '../../../core/summary/month-report.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

/** Looked at in one answer: more takes longer than an answer may. */
const MOST_EXAMS = 50_000;
const MOST_READINGS = 5_000;
const FACTS_PAGE = 1_000;
const READINGS_PAGE = 500;

const monthParameters = programParameters.extend({
  month: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'expected a month as 2026-05'),
});

export const monthQuery = z
  .object({
    /** How many patients were invited in this month: the program does not know. */
    invited: z.coerce.number().int().positive().max(100_000_000).optional(),
    format: z.enum(['json', 'csv']).default('json'),
  })
  .strict();

const getMonth = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/months/{month}',
  operationId: 'getMonth',
  tags: ['results'],
  ...scoped('read'),
  summary: 'A month’s figures: uptake, ungradable, referred, turnaround, agreement. Research use only.',
  description:
    'Exams by the instant of their result, readings by that of their last verdict, in UTC. `truncated` says that there were more than one answer looks at. As CSV with `format=csv`: `figure,value`, empty where a figure cannot be computed.',
  request: { params: monthParameters, query: monthQuery },
  responses: {
    200: {
      description: 'The figures',
      content: {
        'application/json': { schema: monthReportSchema },
        'text/csv': { schema: z.string() },
      },
    },
    ...PROBLEMS,
  },
});

interface Part<Item> {
  readonly items: readonly Item[];
  readonly truncated: boolean;
}

/** All pages, up to so many items. */
async function collected<Item>(
  most: number,
  pageAt: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly cursor?: string }>,
): Promise<Part<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageAt(cursor);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < most);
  return { items, truncated: cursor !== undefined };
}

/** Figures of a month. */
export function addMonthRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'exams'>): void {
  app.openapi(getMonth, async (context) => {
    const { program, month } = context.req.valid('param');
    const { invited = null, format } = context.req.valid('query');
    const range = monthRange(month);
    const facts = await collected<ExamFacts>(MOST_EXAMS, (cursor) =>
      home.exams.facts(program, { listings: OUTCOMES, ...range, limit: FACTS_PAGE, cursor }),
    );
    const finished = await collected(MOST_READINGS, (cursor) =>
      home.exams.workList(program, { stage: 'done', ...range, limit: READINGS_PAGE, cursor }),
    );
    const readings = finished.items.flatMap((record): FinishedReading[] => {
      const state = reviewStateOf(record);
      return state === null || record.result === null
        ? []
        : [{ state, screenedAt: record.result.screenedAt }];
    });
    const truncated = facts.truncated || finished.truncated;
    const report = monthReport({ program, month, invited, truncated }, facts.items, readings);
    if (format === 'json') return context.json(report, 200);
    return context.text(monthCsv(report), 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${program}-${month}.csv"`,
    });
  });
}
