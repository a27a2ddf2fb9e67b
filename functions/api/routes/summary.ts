import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { CountedExams, ExamCount } from '../../../core/summary/counted-exams.ts';
import { screenedIn } from '../../../core/summary/exam-tally.ts';
import type { ScreeningCondition } from '../../../core/summary/screening-condition.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters, summarySchema } from '../schemas.ts';
import { scoped } from '../scoped.ts';

type Summary = z.infer<typeof summarySchema>;

const getSummary = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/summary',
  operationId: 'getSummary',
  tags: ['results'],
  ...scoped('read'),
  summary: 'How many exams wait and are screened, by outcome, label and day. Research use only.',
  description: 'Counted a moment ago at most, or, of a large program, as long ago as countedAt says.',
  request: { params: programParameters },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: summarySchema } } },
    ...PROBLEMS,
  },
});

function summaryOf(program: string, { at, tally }: ExamCount, trouble: readonly string[]): Summary {
  const { waiting, outcomes, byMachine, labels, days, reviewed, afterReview } = tally;
  const screened = screenedIn(tally);
  const shareOf = (ungradable: number, exams: number) => (exams === 0 ? null : ungradable / exams);
  return {
    program,
    exams: waiting.registered + waiting.screening + screened,
    waiting,
    screened,
    outcomes,
    byMachine,
    ungradableRate: shareOf(outcomes.ungradable, screened),
    reviews: { exams: reviewed, outcomes: afterReview },
    labels: Object.entries(labels)
      .map(([label, counts]) => ({ label, ...counts }))
      .sort((a, b) => b.positive - a.positive || (a.label < b.label ? -1 : 1)),
    days: Object.entries(days)
      .map(([day, counts]) => ({
        day,
        ...counts,
        ungradableRate: shareOf(counts.outcomes.ungradable, counts.screened),
      }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    countedAt: new Date(at).toISOString(),
    trouble: [...trouble],
    notice: 'Research use only: not for diagnosis.',
  };
}

/** What the home knows of its own state. */
interface Conditions {
  readonly screening?: () => ScreeningCondition;
  readonly trouble?: () => readonly string[];
}

/** Counts of a program. */
export function addSummaryRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  counted: CountedExams,
  { screening, trouble = () => [] }: Conditions,
): void {
  app.openapi(getSummary, async (context) => {
    const { program } = context.req.valid('param');
    const summary = summaryOf(program, await counted.of(program), trouble());
    return context.json(screening === undefined ? summary : { ...summary, screening: screening() }, 200);
  });
}
