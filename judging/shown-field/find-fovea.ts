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

/** The darkest spot at one side of a disc. */
interface DarkSpot {
  /** How much darker it is than its surroundings, in the units of contrast; 0 where there is none. */
  readonly darkness: number;
  /** How far it lies below the disc, in radii of the field of view. */
  readonly below: number;
}

function darkestSpot(
  { counts, contrast }: FieldSums,
  shown: Float32Array,
  disc: Pick<DiscCandidate, 'x' | 'y'>,
  [highest, lowest]: readonly [number, number],
): DarkSpot {
  const side = disc.x < 0 ? 1 : -1;
  let darkest: DarkSpot = { darkness: 0, below: 0 };
  for (let row = 0; row < GRID_SIZE; row += STEP) {
    const y = (row - GRID_CENTRE) / GRID_RADIUS;
    if (y - disc.y < highest || y - disc.y > lowest) continue;
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
      if (darkness > darkest.darkness) darkest = { darkness, below: y - disc.y };
    }
  }
  return darkest;
}

/**
 * Looks for the fovea on the inner side of a disc that lies at one side: the darkest spot where it must be.
 *
 * @param shown 1 where the field is shown
 * @returns how much darker the spot is than its surroundings, in the units of contrast; 0 where there is none
 */
export function foveaDarkness(
  sums: FieldSums,
  shown: Float32Array,
  disc: Pick<DiscCandidate, 'x' | 'y'>,
): number {
  return darkestSpot(sums, shown, disc, [HIGHEST, LOWEST]).darkness;
}

/** The same, as far above the disc as below it: where the fovea of a photograph lies that may be turned by half. */
export function foveaEitherWay(
  sums: FieldSums,
  shown: Float32Array,
  disc: Pick<DiscCandidate, 'x' | 'y'>,
): DarkSpot {
  return darkestSpot(sums, shown, disc, [-EITHER_WAY, EITHER_WAY]);
}
