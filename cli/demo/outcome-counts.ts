import { OUTCOMES } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/exams/result-line.ts';

/** How many exams have each outcome, in one line. */
export function outcomeCounts(lines: readonly Pick<ResultLine, 'outcome'>[]): string {
  const counts = OUTCOMES.map((outcome) => [
    outcome,
    lines.filter((line) => line.outcome === outcome).length,
  ]);
  return `Outcomes: ${counts.map(([outcome, count]) => `${outcome} ${count}`).join(' · ')}`;
}
