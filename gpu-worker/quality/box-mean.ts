import { INSPECTION_SIZE } from './square.ts';

const SIZE = INSPECTION_SIZE;

/** Means of a running window along every line of one direction; windows are cut at the frame. */
function pass(
  source: Float32Array,
  target: Float32Array,
  radius: number,
  step: number,
  stride: number,
): void {
  for (let line = 0; line < SIZE; line += 1) {
    const begin = line * stride;
    let sum = 0;
    let count = radius;
    for (let k = 0; k < radius; k += 1) sum += source[begin + k * step] ?? 0;
    for (let k = 0; k < SIZE; k += 1) {
      if (k + radius < SIZE) {
        sum += source[begin + (k + radius) * step] ?? 0;
        count += 1;
      }
      if (k > radius) {
        sum -= source[begin + (k - radius - 1) * step] ?? 0;
        count -= 1;
      }
      target[begin + k * step] = sum / count;
    }
  }
}

/** Mean over the square window of `2 · radius + 1` pixels around each pixel, twice: nearly a Gaussian. */
export function smooth(plane: Float32Array, radius: number): Float32Array {
  const across = new Float32Array(plane.length);
  const result = new Float32Array(plane.length);
  pass(plane, across, radius, 1, SIZE);
  pass(across, result, radius, SIZE, 1);
  pass(result, across, radius, 1, SIZE);
  pass(across, result, radius, SIZE, 1);
  return result;
}
