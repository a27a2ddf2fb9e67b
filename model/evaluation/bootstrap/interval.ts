/** The range that holds the middle `1 − α` of a figure's bootstrap. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Value below which a share of sorted values lies, interpolated linearly as NumPy's default does. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Percentile interval (Efron and Tibshirani 1993, chapter 13).
 *
 * @param resampled figures of all resamples; NaN where one had none
 * @param confidence share of the resamples that lie within, 0.95 unless told
 * @returns `null` if fewer than half of the resamples have a figure: there are too few cases for an interval
 */
export function percentileInterval(resampled: ArrayLike<number>, confidence = 0.95): Interval | null {
  const defined = Float64Array.from(resampled)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (defined.length === 0 || defined.length * 2 < resampled.length) return null;
  const tail = (1 - confidence) / 2;
  return { low: quantile(defined, tail), high: quantile(defined, 1 - tail) };
}
