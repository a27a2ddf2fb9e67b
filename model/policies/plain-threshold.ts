/** Digits behind the point at most, before the number is taken as it is. */
const MOST_DIGITS = 9;

/**
 * The number with the fewest digits that is above `low` and at most `high`; of several the one nearest to the middle. A
 * threshold between two scores judges a cohort as the higher of the two does, is read more easily, and does not depend
 * on a score's last bits.
 *
 * @example plainNumber(0.28713, 0.28934) // 0.288
 */
export function plainNumber(low: number, high: number): number {
  const middle = (low + high) / 2;
  for (let digits = 1; digits <= MOST_DIGITS; digits += 1) {
    const unit = 10 ** digits;
    const nearest = [Math.floor(middle * unit), Math.ceil(middle * unit)]
      .map((count) => Number((count / unit).toFixed(digits)))
      .filter((number) => number > low && number <= high)
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    if (nearest[0] !== undefined) return nearest[0];
  }
  return high;
}
