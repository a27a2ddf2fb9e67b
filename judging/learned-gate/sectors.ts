import { VIEW_CENTRE, VIEW_SIZE } from './field-view.ts';

/** The middle, six sectors around it and eight near the edge. */
export const SECTORS = 15;

/** The sector of each cell; 255 beyond the last. Counted from the right, downwards round. */
export const SECTOR_OF = Uint8Array.from({ length: VIEW_SIZE * VIEW_SIZE }, (_, cell) => {
  const across = ((cell % VIEW_SIZE) - VIEW_CENTRE) / VIEW_CENTRE;
  const down = (Math.floor(cell / VIEW_SIZE) - VIEW_CENTRE) / VIEW_CENTRE;
  const radius = Math.hypot(across, down);
  if (radius <= 0.28) return 0;
  if (radius > 0.92) return 255;
  const turn = Math.atan2(down, across) / (2 * Math.PI) + 1;
  return radius <= 0.6 ? 1 + (Math.floor(turn * 6) % 6) : 7 + (Math.floor(turn * 8) % 8);
});

/** Mean of each sector over the cells that are shown; 0 of a sector that is not. */
export function sectorMeans(plane: Float32Array, shown: Uint8Array): Float64Array {
  const sums = new Float64Array(SECTORS);
  const counts = new Uint32Array(SECTORS);
  for (let cell = 0; cell < plane.length; cell += 1) {
    const sector = SECTOR_OF[cell] ?? 255;
    if (sector === 255 || shown[cell] === 0) continue;
    sums[sector] = (sums[sector] ?? 0) + (plane[cell] ?? 0);
    counts[sector] = (counts[sector] ?? 0) + 1;
  }
  return sums.map((sum, sector) => sum / Math.max(1, counts[sector] ?? 0));
}
