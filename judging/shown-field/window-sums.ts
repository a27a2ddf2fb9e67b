import { GRID_SIZE } from './field-grid.ts';

const WIDTH = GRID_SIZE + 1;

/**
 * Sums over upright windows of a grid, each in four steps whatever its size: Crow, Summed-area tables for texture mapping,
 * 1984.
 */
export class WindowSums {
  readonly #sums = new Float64Array(WIDTH * WIDTH);

  /** @param values [112, 112] */
  constructor(values: Float32Array) {
    for (let y = 0; y < GRID_SIZE; y += 1) {
      let row = 0;
      for (let x = 0; x < GRID_SIZE; x += 1) {
        row += values[y * GRID_SIZE + x] ?? 0;
        this.#sums[(y + 1) * WIDTH + x + 1] = (this.#sums[y * WIDTH + x + 1] ?? 0) + row;
      }
    }
  }

  /** Sum over the window of `2 · across + 1` by `2 · down + 1` cells around a cell, as far as it lies on the grid. */
  around(x: number, y: number, across: number, down: number): number {
    const left = Math.max(0, x - across);
    const right = Math.min(GRID_SIZE, x + across + 1);
    const top = Math.max(0, y - down) * WIDTH;
    const bottom = Math.min(GRID_SIZE, y + down + 1) * WIDTH;
    if (bottom <= top || right <= left) return 0;
    const sums = this.#sums;
    return (
      (sums[bottom + right] ?? 0) -
      (sums[top + right] ?? 0) -
      (sums[bottom + left] ?? 0) +
      (sums[top + left] ?? 0)
    );
  }
}
