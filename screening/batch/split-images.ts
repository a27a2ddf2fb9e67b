/** Further images of an exam: those beside its primary ones in one batch, and those in batches before it. */
export interface SplitImages<Image> {
  readonly before: readonly (readonly Image[])[];
  readonly beside: readonly Image[];
}

/**
 * Spreads the further images of an exam over batches where it has more images than a batch has places. Whole batches leave
 * at once; only what is left over waits for other exams.
 *
 * ```
 * size 4, 2 primary and 9 further:  [9 8 7 6] [5 4 3 2] ─▶ at once, then [P P 1 ·]
 * size 4, 2 primary and 7 further:  [7 6 5 4] [3 2 1 ·] ─▶ then [P P · ·]
 * ```
 *
 * @param primaries how many primary images it has: 1 or 2
 * @param size places of a batch, at least 2
 */
export function splitImages<Image>(
  others: readonly Image[],
  primaries: number,
  size: number,
): SplitImages<Image> {
  if (others.length <= size - primaries) return { before: [], beside: others };
  const left = others.length % size;
  const beside = left <= size - primaries ? left : 0;
  const before: Image[][] = [];
  for (let start = beside; start < others.length; start += size)
    before.push(others.slice(start, start + size));
  return { before, beside: others.slice(0, beside) };
}
