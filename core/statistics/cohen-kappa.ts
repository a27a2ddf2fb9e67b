/** How much two categories disagree; 0 for one and the same. */
export type Disagreement = (a: number, b: number) => number;

const different: Disagreement = (a, b) => (a === b ? 0 : 1);

/** Two grades apart counts four times as much as one apart. */
export const quadratic: Disagreement = (a, b) => (a - b) ** 2;

/**
 * Cohen's kappa: agreement of two raters beyond what chance would give; 1 is perfect, 0 is chance.
 *
 * @param counts cases by the first rater's category and the second's: [categories, categories], row by row
 * @param disagreement of two categories; every two different ones count alike unless told
 * @returns `null` where it is not defined: without a case, or if both raters gave every case the same one category
 * @example cohenKappa([20, 5, 10, 15], 2) // 0.4
 * @see Cohen 1960, A coefficient of agreement for nominal scales; Cohen 1968, Weighted kappa
 */
export function cohenKappa(
  counts: ArrayLike<number>,
  categories: number,
  disagreement: Disagreement = different,
): number | null {
  const first = new Float64Array(categories);
  const second = new Float64Array(categories);
  let observed = 0;
  let cases = 0;
  for (let a = 0; a < categories; a += 1) {
    for (let b = 0; b < categories; b += 1) {
      const count = counts[a * categories + b] ?? 0;
      first[a] = (first[a] ?? 0) + count;
      second[b] = (second[b] ?? 0) + count;
      observed += count * disagreement(a, b);
      cases += count;
    }
  }
  let byChance = 0;
  for (let a = 0; a < categories; a += 1) {
    for (let b = 0; b < categories; b += 1) {
      byChance += disagreement(a, b) * (first[a] ?? 0) * (second[b] ?? 0);
    }
  }
  return byChance === 0 ? null : 1 - (observed * cases) / byChance;
}
