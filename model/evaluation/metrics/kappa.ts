import { cohenKappa, quadratic } from '../../../core/statistics/cohen-kappa.ts';
import { EvaluationError } from '../errors.ts';
import type { Multiplicities } from './ranked-scores.ts';

/**
 * Cohen's kappa of two gradings with quadratic weights.
 *
 * @param truth, found whole grades from 0 to `grades` − 1
 * @param times how often each case counts; once unless told
 * @returns NaN where it is not defined
 * @throws EvaluationError if a grade is out of range
 */
export function quadraticKappa(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  grades: number,
  times?: Multiplicities,
): number {
  const counts = new Float64Array(grades * grades);
  for (let row = 0; row < truth.length; row += 1) {
    const [a, b] = [truth[row] as number, found[row] as number];
    for (const grade of [a, b]) {
      if (!Number.isInteger(grade) || grade < 0 || grade >= grades) {
        throw new EvaluationError(`Row ${row + 1} has grade ${grade}, which is none of 0 to ${grades - 1}.`);
      }
    }
    const place = a * grades + b;
    counts[place] = (counts[place] as number) + (times === undefined ? 1 : (times[row] as number));
  }
  return cohenKappa(counts, grades, quadratic) ?? Number.NaN;
}
