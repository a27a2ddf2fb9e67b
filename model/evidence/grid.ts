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

/**
 * A grid whose places lie where a convolutional tower has them, as one whose places tile the picture. A convolution with odd
 * kernels that pads evenly and takes every second place begins with the picture's first: place 0 looks at pixel 0, not
 * at the middle of the first tile.
 *
 * @param stride pixels from one place to the next
 * @param size of the picture, in pixels
 * @param side of the grid that is made
 */
export function tiled(
  { side: places, values }: EvidenceGrid,
  { stride, size, side }: { readonly stride: number; readonly size: number; readonly side: number },
): EvidenceGrid {
  const made = new Float32Array(side * side);
  const at = (row: number, column: number) => values[row * places + column] ?? 0;
  const placeOf = (tile: number) => between((((tile + 0.5) * size) / side - 0.5) / stride, places);
  for (let y = 0; y < side; y += 1) {
    const [top, bottom, down] = placeOf(y);
    for (let x = 0; x < side; x += 1) {
      const [left, right, across] = placeOf(x);
      const above = at(top, left) * (1 - across) + at(top, right) * across;
      const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
      made[y * side + x] = above * (1 - down) + below * down;
    }
  }
  return { side, values: made };
}
