import { GRID_SIZE } from './field-grid.ts';

/** Half of the length over which a line is averaged, and how far beside it the retina is looked at, in cells. */
const ALONG = 2;
const NEAR = 2;
const FARTHEST = 4;
/** What a crossing line across takes off. */
const ACROSS_SHARE = 0.5;
const MOST = 2;

/** Means of five cells along one direction. */
function along(contrast: Float32Array, shown: Float32Array, step: number): Float32Array {
  const means = new Float32Array(contrast.length);
  for (let cell = ALONG * GRID_SIZE; cell < contrast.length - ALONG * GRID_SIZE; cell += 1) {
    let sum = 0;
    let count = 0;
    for (let place = -ALONG; place <= ALONG; place += 1) {
      const other = cell + place * step;
      if (shown[other] !== 1) continue;
      sum += contrast[other] ?? 0;
      count += 1;
    }
    means[cell] = count === 0 ? 0 : sum / count;
  }
  return means;
}

/** How much darker a cell is than both of its sides, at the better of two widths. */
function darkness(means: Float32Array, cell: number, step: number): number {
  const own = means[cell] ?? 0;
  const near = Math.min(means[cell - NEAR * step] ?? 0, means[cell + NEAR * step] ?? 0);
  const far = Math.min(means[cell - FARTHEST * step] ?? 0, means[cell + FARTHEST * step] ?? 0);
  return Math.max(0, Math.min(MOST, Math.max(near, far) - own));
}

/**
 * Finds dark lines that run up and down, as the great vessels do where they leave the disc.
 *
 * @param contrast of {@link localContrast}
 * @param shown 1 where the field is shown
 * @returns of each cell how far it lies on such a line, in the units of contrast; below 0 where one runs across
 */
export function verticalLines(contrast: Float32Array, shown: Float32Array): Float32Array {
  const upright = along(contrast, shown, GRID_SIZE);
  const level = along(contrast, shown, 1);
  const lines = new Float32Array(contrast.length);
  const far = FARTHEST * GRID_SIZE;
  for (let cell = far; cell < contrast.length - far; cell += 1) {
    if (shown[cell] !== 1) continue;
    const isDown = shown[cell - FARTHEST] === 1 && shown[cell + FARTHEST] === 1;
    const isAcross = shown[cell - far] === 1 && shown[cell + far] === 1;
    lines[cell] =
      (isDown ? darkness(upright, cell, 1) : 0) -
      (isAcross ? ACROSS_SHARE * darkness(level, cell, GRID_SIZE) : 0);
  }
  return lines;
}
