import { EvaluationError } from '../errors.ts';
import type { Multiplicities } from './ranked-scores.ts';

/**
 * Cohen's kappa with quadratic weights: agreement of two gradings beyond chance, where being two grades apart counts
 * four times as much as being one apart (Cohen 1968).
 *
 * @param truth, found whole grades from 0 to `grades` − 1
 * @returns NaN if both gradings give every case one and the same grade
 * @throws EvaluationError if a grade is out of range
 */
export function quadraticKappa(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  grades: number,
  times?: Multiplicities,
): number {
  const ofTruth = new Float64Array(grades);
  const ofFound = new Float64Array(grades);
  let disagreement = 0;
  let cases = 0;
  for (let row = 0; row < truth.length; row += 1) {
    const count = times === undefined ? 1 : (times[row] as number);
    const [a, b] = [truth[row] as number, found[row] as number];
    for (const grade of [a, b]) {
      if (!Number.isInteger(grade) || grade < 0 || grade >= grades) {
        throw new EvaluationError(`Row ${row + 1} has grade ${grade}, which is none of 0 to ${grades - 1}.`);
      }
    }
    ofTruth[a] = (ofTruth[a] as number) + count;
    ofFound[b] = (ofFound[b] as number) + count;
    disagreement += count * (a - b) ** 2;
    cases += count;
  }
  let byChance = 0;
  for (let a = 0; a < grades; a += 1) {
    for (let b = 0; b < grades; b += 1) {
      byChance += (a - b) ** 2 * (ofTruth[a] as number) * (ofFound[b] as number);
    }
  }
  return byChance === 0 ? Number.NaN : 1 - (disagreement * cases) / byChance;
}
