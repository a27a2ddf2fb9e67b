const MOST_DIGITS = 6;

/**
 * A probability and its limit with as many digits as tell them apart, two at least.
 *
 * @example figures(0.3334, 0.3331) // ['0.3334', '0.3331']
 */
export function figures(probability: number, threshold: number): readonly [string, string] {
  for (let digits = 2; digits < MOST_DIGITS; digits += 1) {
    const texts = [probability.toFixed(digits), threshold.toFixed(digits)] as const;
    if (texts[0] !== texts[1] || probability === threshold) return texts;
  }
  return [String(probability), String(threshold)];
}
