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

/** Columns and rows, by turns, of the cells at which a disc is looked for: none is far from the middle. */
const PLACES = Int32Array.from(
  Array.from({ length: (GRID_SIZE / STEP) ** 2 }, (_, index) => {
    const column = (index * STEP) % GRID_SIZE;
    const row = STEP * Math.floor((index * STEP) / GRID_SIZE);
    return Math.hypot(column - GRID_CENTRE, row - GRID_CENTRE) > FARTHEST * GRID_RADIUS ? [] : [column, row];
  }).flat(),
);

function vesselsAround({ counts, lines }: FieldSums, x: number, y: number, size: number): number {
  const high = Math.round(INNER * size);
  const count = counts.around(x, y, size, high);
  return count === 0 ? 0 : lines.around(x, y, size, high) / count;
}

function brightnessOf({ counts, contrast }: FieldSums, x: number, y: number, size: number): number | null {
  const inner = Math.round(INNER * size);
  const outer = Math.round(RING * size);
  const within = counts.around(x, y, inner, inner);
  const ring = counts.around(x, y, outer, outer) - within;
  if (within === 0 || ring === 0) return null;
  const disc = contrast.around(x, y, inner, inner);
  return disc / within - (contrast.around(x, y, outer, outer) - disc) / ring;
}

/** The discs that may lie at {@link PLACES}, of each of {@link DISC_SIZES}. */
class Discs {
  readonly #sums: FieldSums;
  /** Of each place and size; below all others where there is no disc. */
  readonly #scores = new Float64Array((PLACES.length / 2) * DISC_SIZES.length);

  constructor(sums: FieldSums, shown: Float32Array) {
    this.#sums = sums;
    this.#scores.fill(Number.NEGATIVE_INFINITY);
    for (const [index, size] of DISC_SIZES.entries()) this.#scoreAll(shown, size, index);
  }

  /** The disc of the highest score, apart from another. @returns `null` if there is none */
  best(without: DiscCandidate | null): DiscCandidate | null {
    let found = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < this.#scores.length; index += 1) {
      const score = this.#scores[index] ?? highest;
      if (score <= highest || (without !== null && !this.#isApart(index, without))) continue;
      found = index;
      highest = score;
    }
    return found < 0 ? null : this.#discAt(found);
  }

  #scoreAll(shown: Float32Array, size: number, index: number): void {
    const sums = this.#sums;
    // Above and below a place lie other places' middles: each is looked at once.
    const rows = GRID_SIZE + 4 * size;
    const known = new Float64Array((rows / STEP) * (GRID_SIZE / STEP)).fill(Number.NaN);
    const vesselsAt = (column: number, row: number): number => {
      const place = ((row + 2 * size) / STEP) * (GRID_SIZE / STEP) + column / STEP;
      const before = known[place] ?? 0;
      if (!Number.isNaN(before)) return before;
      const vessels = vesselsAround(sums, column, row, size);
      known[place] = vessels;
      return vessels;
    };
    for (let place = 0; place < PLACES.length; place += 2) {
      const column = PLACES[place] ?? 0;
      const row = PLACES[place + 1] ?? 0;
      if (shown[row * GRID_SIZE + column] !== 1) continue;
      const brightness = brightnessOf(sums, column, row, size);
      if (brightness === null) continue;
      const above = vesselsAt(column, row - 2 * size);
      const below = vesselsAt(column, row + 2 * size);
      const vessels = (above + below + vesselsAt(column, row)) / 3;
      this.#scores[(place / 2) * DISC_SIZES.length + index] = brightness + VESSELS_WORTH * vessels;
    }
  }

  #middleOf(index: number): { readonly column: number; readonly row: number } {
    const place = 2 * Math.floor(index / DISC_SIZES.length);
    return { column: PLACES[place] ?? 0, row: PLACES[place + 1] ?? 0 };
  }

  #isApart(index: number, { x, y }: DiscCandidate): boolean {
    const { column, row } = this.#middleOf(index);
    const across = (column - GRID_CENTRE) / GRID_RADIUS;
    const down = (row - GRID_CENTRE) / GRID_RADIUS;
    return Math.hypot(across - x, down - y) * GRID_RADIUS >= APART;
  }

  #discAt(index: number): DiscCandidate {
    const sums = this.#sums;
    const { column, row } = this.#middleOf(index);
    const size = DISC_SIZES[index % DISC_SIZES.length] ?? DISC_SIZES[0];
    const above = vesselsAround(sums, column, row - 2 * size, size);
    const below = vesselsAround(sums, column, row + 2 * size, size);
    return {
      x: (column - GRID_CENTRE) / GRID_RADIUS,
      y: (row - GRID_CENTRE) / GRID_RADIUS,
      brightness: brightnessOf(sums, column, row, size) ?? 0,
      vessels: (above + below + vesselsAround(sums, column, row, size)) / 3,
      vesselsBothWays: Math.min(above, below),
      score: this.#scores[index] ?? 0,
    };
  }
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
  const discs = new Discs(sums, shown);
  const first = discs.best(null);
  return [first, first && discs.best(first)];
}
