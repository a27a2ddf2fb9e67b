import { GRID_CENTRE, GRID_RADIUS, GRID_SIZE } from './field-grid.ts';
import type { WindowSums } from './window-sums.ts';

/** A place that may be the disc. Distances are in radii of the field of view, from its middle. */
export interface DiscCandidate {
  /** To the right. */
  readonly x: number;
  /** Downwards. */
  readonly y: number;
  /** How much brighter it is than the ring around it, in the units of contrast. */
  readonly brightness: number;
  /** Vertical lines within, above and below, mean. */
  readonly vessels: number;
  /** The lesser of those above and below. */
  readonly vesselsBothWays: number;
  readonly score: number;
}

/** Half of a disc's side, in cells, of fields of view from 60° down to 30°. */
const DISC_SIZES = [6, 8, 11] as const;
/** Every second cell is looked at. */
const STEP = 2;
/** The ring's outer half side against the disc's. */
const RING = 1.9;
const INNER = 0.85;
/** How many units of brightness a unit of vessels is worth. */
const VESSELS_WORTH = 6;
/** No disc is looked for beyond this distance from the middle. */
const FARTHEST = 0.9;
/** Two candidates are farther apart than this, in cells. */
const APART = 17;

export interface FieldSums {
  readonly counts: WindowSums;
  readonly contrast: WindowSums;
  readonly lines: WindowSums;
}

function vesselsAround({ counts, lines }: FieldSums, x: number, y: number, size: number): number {
  const high = Math.round(INNER * size);
  const count = counts.around(x, y, size, high);
  return count === 0 ? 0 : lines.around(x, y, size, high) / count;
}

function candidate(sums: FieldSums, column: number, row: number, size: number): DiscCandidate | null {
  const inner = Math.round(INNER * size);
  const outer = Math.round(RING * size);
  const within = sums.counts.around(column, row, inner, inner);
  const ring = sums.counts.around(column, row, outer, outer) - within;
  if (within === 0 || ring === 0) return null;
  const disc = sums.contrast.around(column, row, inner, inner);
  const brightness = disc / within - (sums.contrast.around(column, row, outer, outer) - disc) / ring;
  const above = vesselsAround(sums, column, row - 2 * size, size);
  const below = vesselsAround(sums, column, row + 2 * size, size);
  const vessels = (above + below + vesselsAround(sums, column, row, size)) / 3;
  return {
    x: (column - GRID_CENTRE) / GRID_RADIUS,
    y: (row - GRID_CENTRE) / GRID_RADIUS,
    brightness,
    vessels,
    vesselsBothWays: Math.min(above, below),
    score: brightness + VESSELS_WORTH * vessels,
  };
}

function best(candidates: readonly DiscCandidate[], without: DiscCandidate | null): DiscCandidate | null {
  let found: DiscCandidate | null = null;
  for (const one of candidates) {
    if (without !== null && Math.hypot(one.x - without.x, one.y - without.y) * GRID_RADIUS < APART) continue;
    if (found === null || one.score > found.score) found = one;
  }
  return found;
}

/**
 * Looks for the disc: a bright spot of its size, with vessels that run up and down through it.
 *
 * @param shown 1 where the field is shown
 * @returns the best place and the second best; `null` where there is none
 */
export function findDiscs(
  sums: FieldSums,
  shown: Float32Array,
): readonly [DiscCandidate | null, DiscCandidate | null] {
  const candidates: DiscCandidate[] = [];
  for (let row = 0; row < GRID_SIZE; row += STEP) {
    for (let column = 0; column < GRID_SIZE; column += STEP) {
      if (shown[row * GRID_SIZE + column] !== 1) continue;
      if (Math.hypot(column - GRID_CENTRE, row - GRID_CENTRE) > FARTHEST * GRID_RADIUS) continue;
      for (const size of DISC_SIZES) {
        const one = candidate(sums, column, row, size);
        if (one !== null) candidates.push(one);
      }
    }
  }
  const first = best(candidates, null);
  return [first, first && best(candidates, first)];
}
