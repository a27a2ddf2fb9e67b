import type { Point } from './ellipse.ts';
import { VIEW_SIZE } from './view.ts';

const SIZE = VIEW_SIZE;

/** Stretches of bright pixels in the rows, joined into regions where they touch from row to row. */
class Runs {
  readonly #row: number[] = [];
  readonly #begin: number[] = [];
  readonly #end: number[] = [];
  /** Another run of the same region; itself, if it stands for the region. */
  readonly #parent: number[] = [];

  constructor(plane: Uint8Array, level: number) {
    let above = 0;
    for (let row = 0; row < SIZE; row += 1) {
      const first = this.#row.length;
      this.#collect(plane, level, row);
      let candidate = above;
      for (let run = first; run < this.#row.length; run += 1) candidate = this.#join(run, candidate, first);
      above = first;
    }
  }

  /** Fills the region of most pixels. @returns `null` if there is none */
  largest(): Uint8Array | null {
    const counts = new Map<number, number>();
    for (let run = 0; run < this.#row.length; run += 1) {
      const root = this.#rootOf(run);
      counts.set(root, (counts.get(root) ?? 0) + (this.#end[run] ?? 0) - (this.#begin[run] ?? 0));
    }
    let largest = -1;
    for (const [root, count] of counts) if (count > (counts.get(largest) ?? 0)) largest = root;
    if (largest === -1) return null;
    const region = new Uint8Array(SIZE * SIZE);
    for (let run = 0; run < this.#row.length; run += 1) {
      if (this.#rootOf(run) !== largest) continue;
      const begin = (this.#row[run] ?? 0) * SIZE;
      region.fill(1, begin + (this.#begin[run] ?? 0), begin + (this.#end[run] ?? 0));
    }
    return region;
  }

  #collect(plane: Uint8Array, level: number, row: number): void {
    const begin = row * SIZE;
    for (let x = 0; x < SIZE; x += 1) {
      if ((plane[begin + x] ?? 0) <= level) continue;
      this.#parent.push(this.#row.length);
      this.#row.push(row);
      this.#begin.push(x);
      while (x < SIZE && (plane[begin + x] ?? 0) > level) x += 1;
      this.#end.push(x);
    }
  }

  /** Joins a run with those above that it touches. @returns the first run above that the next one may touch */
  #join(run: number, candidate: number, end: number): number {
    let above = candidate;
    while (above < end && (this.#end[above] ?? 0) <= (this.#begin[run] ?? 0)) above += 1;
    for (
      let touched = above;
      touched < end && (this.#begin[touched] ?? 0) < (this.#end[run] ?? 0);
      touched += 1
    ) {
      this.#parent[this.#rootOf(run)] = this.#rootOf(touched);
    }
    return above;
  }

  #rootOf(run: number): number {
    let root = run;
    while (this.#parent[root] !== root) root = this.#parent[root] ?? root;
    this.#parent[run] = root;
    return root;
  }
}

/**
 * Marks the largest connected region of pixels that are brighter than a level.
 *
 * @returns uint8 [224, 224] of 0 and 1, or `null` if no pixel is
 */
export function largestRegion(plane: Uint8Array, level: number): Uint8Array | null {
  return new Runs(plane, level).largest();
}

/** First and last pixel of a region in every row and column, without those that the frame cuts. */
export function outlineOf(region: Uint8Array): Point[] {
  const points: Point[] = [];
  const inside = (value: number) => value > 1 && value < SIZE - 2;
  for (let line = 2; line < SIZE - 2; line += 1) {
    const row = region.subarray(line * SIZE, (line + 1) * SIZE);
    const first = row.indexOf(1);
    if (first >= 0) {
      const last = row.lastIndexOf(1);
      if (inside(first)) points.push({ x: first, y: line });
      if (inside(last)) points.push({ x: last, y: line });
    }
    let top = 0;
    while (top < SIZE && region[top * SIZE + line] !== 1) top += 1;
    if (top === SIZE) continue;
    let bottom = SIZE - 1;
    while (region[bottom * SIZE + line] !== 1) bottom -= 1;
    if (inside(top)) points.push({ x: line, y: top });
    if (inside(bottom)) points.push({ x: line, y: bottom });
  }
  return points;
}

/** The rows and columns that a region takes: from the first to the one behind the last, in cells. */
export function extentOf(region: Uint8Array) {
  let [left, right, top, bottom] = [SIZE, 0, SIZE, 0];
  for (let y = 0; y < SIZE; y += 1) {
    const row = region.subarray(y * SIZE, (y + 1) * SIZE);
    const first = row.indexOf(1);
    if (first < 0) continue;
    [left, right] = [Math.min(left, first), Math.max(right, row.lastIndexOf(1) + 1)];
    [top, bottom] = [Math.min(top, y), y + 1];
  }
  return { left, right, top, bottom };
}
