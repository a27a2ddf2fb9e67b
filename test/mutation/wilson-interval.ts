/** The quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of a share that a sample has shown, by Wilson's score; unlike the mean ± error it
 * stays within 0 and 1 and holds near them.
 *
 * @see https://doi.org/10.1080/01621459.1927.10502953
 * @example wilsonInterval(8, 10) // [0.49, 0.943]
 */
export function wilsonInterval(hits: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const share = hits / trials;
  const scale = 1 + Z ** 2 / trials;
  const middle = (share + Z ** 2 / (2 * trials)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2))) / scale;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
