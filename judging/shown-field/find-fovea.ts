import { GRID_CENTRE, GRID_RADIUS, GRID_SIZE } from './field-grid.ts';
import type { DiscCandidate, FieldSums } from './find-discs.ts';

/**
 * Where the fovea lies of a disc, in radii of the field of view: 15.5° to its side and a little below, in fields of 60° to
 * 30°.
 */
const NEAREST = 0.45;
const FARTHEST = 1.1;
const HIGHEST = -0.15;
const LOWEST = 0.35;
/** It is not looked for beyond this distance from the middle. */
const OUTERMOST = 0.8;
const STEP = 2;
/** Half sides of the dark spot and of what surrounds it, in cells. */
const SPOT = 4;
const AROUND = 11;

/**
 * Looks for the fovea on the inner side of a disc that lies at one side: the darkest spot where it must be.
 *
 * @param shown 1 where the field is shown
 * @returns how much darker the spot is than its surroundings, in the units of contrast; 0 where there is none
 */
export function foveaDarkness(
  { counts, contrast }: FieldSums,
  shown: Float32Array,
  disc: Pick<DiscCandidate, 'x' | 'y'>,
): number {
  const side = disc.x < 0 ? 1 : -1;
  let darkest = 0;
  for (let row = 0; row < GRID_SIZE; row += STEP) {
    const y = (row - GRID_CENTRE) / GRID_RADIUS;
    if (y - disc.y < HIGHEST || y - disc.y > LOWEST) continue;
    for (let column = 0; column < GRID_SIZE; column += STEP) {
      const x = (column - GRID_CENTRE) / GRID_RADIUS;
      const away = side * (x - disc.x);
      if (away < NEAREST || away > FARTHEST || Math.hypot(x, y) > OUTERMOST) continue;
      if (shown[row * GRID_SIZE + column] !== 1) continue;
      const within = counts.around(column, row, SPOT, SPOT);
      const ring = counts.around(column, row, AROUND, AROUND) - within;
      if (within === 0 || ring === 0) continue;
      const spot = contrast.around(column, row, SPOT, SPOT);
      const around = contrast.around(column, row, AROUND, AROUND) - spot;
      darkest = Math.max(darkest, around / ring - spot / within);
    }
  }
  return darkest;
}
