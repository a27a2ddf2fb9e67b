import type { Interval } from '../bootstrap/interval.ts';

/** Two-sided 95 %. */
const DEVIATIONS = 1.959963984540054;

/**
 * 95 % interval of a share (Wilson 1927): within 0 and 1, and of some width even where none or all are positive.
 *
 * @param positives may be fractional: a mean over several rounds
 * @param cases at least 1
 * @example wilsonInterval(0, 16) // { low: 0, high: 0.194 }
 */
export function wilsonInterval(positives: number, cases: number): Interval {
  const share = positives / cases;
  const squared = DEVIATIONS ** 2;
  const middle = (share + squared / (2 * cases)) / (1 + squared / cases);
  const half =
    (DEVIATIONS / (1 + squared / cases)) *
    Math.sqrt((share * (1 - share)) / cases + squared / (4 * cases ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
