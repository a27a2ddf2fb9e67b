import { INSPECTION_SIZE } from './square.ts';

const SIZE = INSPECTION_SIZE;

/** Pixels of a window around a place that lie inside of the frame. */
function windowsOf(radius: number): Float32Array {
  return Float32Array.from({ length: SIZE }, (_, place) => {
    const pixels = Math.min(SIZE - 1, place + radius) - Math.max(0, place - radius) + 1;
    return 1 / pixels;
  });
}

/** Means of a running window along every row. */
function alongRows(source: Float32Array, target: Float32Array, radius: number, shares: Float32Array): void {
  for (let begin = 0; begin < source.length; begin += SIZE) {
    let sum = 0;
    for (let x = 0; x < radius; x += 1) sum += source[begin + x] ?? 0;
    for (let x = 0; x <= radius; x += 1) {
      sum += source[begin + x + radius] ?? 0;
      target[begin + x] = sum * (shares[x] ?? 0);
    }
    for (let x = radius + 1; x < SIZE - radius; x += 1) {
      sum += (source[begin + x + radius] ?? 0) - (source[begin + x - radius - 1] ?? 0);
      target[begin + x] = sum * (shares[x] ?? 0);
    }
    for (let x = SIZE - radius; x < SIZE; x += 1) {
      sum -= source[begin + x - radius - 1] ?? 0;
      target[begin + x] = sum * (shares[x] ?? 0);
    }
  }
}

/** Means of a running window down every column; row by row, since that is how memory lies. */
function downColumns(source: Float32Array, target: Float32Array, radius: number, shares: Float32Array): void {
  const sums = new Float32Array(SIZE);
  const add = (row: number, sign: 1 | -1) => {
    const begin = row * SIZE;
    for (let x = 0; x < SIZE; x += 1) sums[x] = (sums[x] ?? 0) + sign * (source[begin + x] ?? 0);
  };
  for (let y = 0; y < radius; y += 1) add(y, 1);
  for (let y = 0; y < SIZE; y += 1) {
    if (y + radius < SIZE) add(y + radius, 1);
    if (y > radius) add(y - radius - 1, -1);
    const share = shares[y] ?? 0;
    const begin = y * SIZE;
    for (let x = 0; x < SIZE; x += 1) target[begin + x] = (sums[x] ?? 0) * share;
  }
}

/**
 * Mean over the square window of `2 · radius + 1` pixels around each pixel, twice: nearly a Gaussian. Windows are cut at
 * the frame.
 *
 * @param plane float32 [224, 224]
 */
export function smooth(plane: Float32Array, radius: number): Float32Array {
  const shares = windowsOf(radius);
  const across = new Float32Array(plane.length);
  const result = new Float32Array(plane.length);
  alongRows(plane, across, radius, shares);
  downColumns(across, result, radius, shares);
  alongRows(result, across, radius, shares);
  downColumns(across, result, radius, shares);
  return result;
}
