import { OUTCOMES } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';

/** How many exams have each outcome by now, in one line. */
export function outcomeCounts(lines: readonly Pick<ResultLine, 'final'>[]): string {
  const counts = OUTCOMES.map((outcome) => [
    outcome,
    lines.filter((line) => line.final.outcome === outcome).length,
  ]);
  return `Outcomes: ${counts.map(([outcome, count]) => `${outcome} ${count}`).join(' · ')}`;
}
