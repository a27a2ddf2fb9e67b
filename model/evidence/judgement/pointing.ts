import { type EvidenceGrid, resized } from '../grid.ts';

/** Where a drawn picture shows a disease: 1 for each pixel that the disease changes. uint8 [size, size]. */
export interface DrawnPlaces {
  readonly size: number;
  readonly mask: Uint8Array;
}

/** How far a map may miss, as a share of the picture: 15 pixels of 224. */
export const TOLERANCE = 15 / 224;

/** Whether a pixel of the mask lies within the tolerance. */
function isNear({ size, mask }: DrawnPlaces, x: number, y: number): boolean {
  const reach = TOLERANCE * size;
  const far = Math.ceil(reach);
  for (let row = Math.max(0, y - far); row <= Math.min(size - 1, y + far); row += 1) {
    for (let column = Math.max(0, x - far); column <= Math.min(size - 1, x + far); column += 1) {
      if (mask[row * size + column] !== 1) continue;
      if ((row - y) ** 2 + (column - x) ** 2 <= reach * reach) return true;
    }
  }
  return false;
}

/** Share of the picture from which a point counts as a hit: what a map that points anywhere would reach. */
export function chanceOf(places: DrawnPlaces): number {
  const { size } = places;
  let hits = 0;
  let points = 0;
  for (let y = 0; y < size; y += 4) {
    for (let x = 0; x < size; x += 4) {
      points += 1;
      if (isNear(places, x, y)) hits += 1;
    }
  }
  return hits / points;
}

/**
 * The pointing game: whether a map is highest where the disease was drawn.
 *
 * Source: Zhang et al., Top-down Neural Attention by Excitation Backprop (arXiv 1608.00507).
 */
export function hits(grid: EvidenceGrid, places: DrawnPlaces): boolean {
  const { size } = places;
  const { values } = resized(grid, size);
  let best = 0;
  for (let index = 1; index < values.length; index += 1)
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  return isNear(places, best % size, Math.floor(best / size));
}

/** Mean of what a map says for a disease inside of its drawn places, over the mean outside; `null` where it says nothing outside. */
export function insideToOutside(grid: EvidenceGrid, { size, mask }: DrawnPlaces): number | null {
  const { values } = resized(grid, size);
  const sums = [0, 0];
  const counts = [0, 0];
  values.forEach((value, index) => {
    const place = mask[index] === 1 ? 0 : 1;
    sums[place] = (sums[place] ?? 0) + Math.max(0, value);
    counts[place] = (counts[place] ?? 0) + 1;
  });
  const [inside = 0, outside = 0] = sums.map((sum, place) => sum / Math.max(1, counts[place] ?? 0));
  return outside === 0 ? null : inside / outside;
}
