/** What each place of a square grid over the picture adds to a score; signed. Rows from the top. */
export interface EvidenceGrid {
  /** Places of a row, and rows. */
  readonly side: number;
  readonly values: Float32Array;
}

/** The two places that a point lies between, and how far it is on its way from the first to the second. */
function between(at: number, side: number): readonly [number, number, number] {
  const place = Math.min(side - 1, Math.max(0, at));
  const first = Math.floor(place);
  return [first, Math.min(side - 1, first + 1), place - first];
}

/**
 * A grid in another size, linear between the middles of its places.
 *
 * @example resized({ side: 2, values: Float32Array.of(0, 1, 0, 1) }, 4).values // rows of 0, 0.25, 0.75, 1
 */
export function resized({ side, values }: EvidenceGrid, size: number): EvidenceGrid {
  const made = new Float32Array(size * size);
  const at = (row: number, column: number) => values[row * side + column] ?? 0;
  for (let y = 0; y < size; y += 1) {
    const [top, bottom, down] = between(((y + 0.5) * side) / size - 0.5, side);
    for (let x = 0; x < size; x += 1) {
      const [left, right, across] = between(((x + 0.5) * side) / size - 0.5, side);
      const above = at(top, left) * (1 - across) + at(top, right) * across;
      const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
      made[y * size + x] = above * (1 - down) + below * down;
    }
  }
  return { side: size, values: made };
}
