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
/** Of a photograph that may be turned by half it lies as far above the disc as else below. */
const EITHER_WAY = 0.4;
/** It is not looked for beyond this distance from the middle. */
const OUTERMOST = 0.8;
const STEP = 2;
/** Half sides of the dark spot and of what surrounds it, in cells. */
const SPOT = 4;
const AROUND = 11;

/** The fovea as it is seen at one side of a disc. */
export interface FoveaSight {
  /** How much darker than its surroundings it is where it must be, in the units of contrast; 0 where there is none. */
  readonly fovea: number;
  /** The same wherever it lies, as far above the disc as below it: the photograph may be turned by half. */
  readonly foveaAnywhere: number;
  /** How far that spot lies below the disc, in radii of the field of view. */
  readonly foveaBelow: number;
}

/**
 * Looks for the fovea on the inner side of a disc that lies at one side: the darkest spot where it must be, and where it would
 * be of a photograph that is turned by half.
 *
 * @param shown 1 where the field is shown
 */
export function lookForFovea(
  { counts, contrast }: FieldSums,
  shown: Float32Array,
  disc: Pick<DiscCandidate, 'x' | 'y'>,
): FoveaSight {
  const side = disc.x < 0 ? 1 : -1;
  let [fovea, foveaAnywhere, foveaBelow] = [0, 0, 0];
  for (let row = 0; row < GRID_SIZE; row += STEP) {
    const y = (row - GRID_CENTRE) / GRID_RADIUS;
    const below = y - disc.y;
    if (Math.abs(below) > EITHER_WAY) continue;
    const isWhereItMustBe = below >= HIGHEST && below <= LOWEST;
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
      const darkness = around / ring - spot / within;
      if (isWhereItMustBe) fovea = Math.max(fovea, darkness);
      if (darkness > foveaAnywhere) [foveaAnywhere, foveaBelow] = [darkness, below];
    }
  }
  return { fovea, foveaAnywhere, foveaBelow };
}
