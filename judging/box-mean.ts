import { INSPECTION_SIZE } from './square.ts';

const SIZE = INSPECTION_SIZE;

/** Of each radius, the share that one pixel has of the window around a place, cut at the frame. */
const SHARES = new Map<number, Float32Array>();

function sharesOf(radius: number): Float32Array {
  const known = SHARES.get(radius);
  if (known !== undefined) return known;
  const shares = Float32Array.from({ length: SIZE }, (_, place) => {
    const pixels = Math.min(SIZE - 1, place + radius) - Math.max(0, place - radius) + 1;
    return 1 / pixels;
  });
  SHARES.set(radius, shares);
  return shares;
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

/** Sums of the window down each column, and rows on their way: one call ends before another begins. */
const SUMS = new Float32Array(SIZE);
const ACROSS = new Float32Array(SIZE * SIZE);
const NO_ROW = new Float32Array(SIZE);

/** Means of a running window down every column; row by row, since that is how memory lies. */
function downColumns(source: Float32Array, target: Float32Array, radius: number, shares: Float32Array): void {
  const row = (y: number) => (y < 0 || y >= SIZE ? NO_ROW : source.subarray(y * SIZE, (y + 1) * SIZE));
  SUMS.fill(0);
  for (let y = -radius; y < SIZE; y += 1) {
    const entering = row(y + radius);
    const leaving = row(y - radius - 1);
    const share = shares[y] ?? 0;
    const begin = y * SIZE;
    for (let x = 0; x < SIZE; x += 1) {
      // Rounded after each step, as float32 sums are.
      const sum = Math.fround(Math.fround((SUMS[x] ?? 0) + (entering[x] ?? 0)) - (leaving[x] ?? 0));
      SUMS[x] = sum;
      if (y >= 0) target[begin + x] = sum * share;
    }
  }
}

/**
 * Mean over the square window of `2 · radius + 1` pixels around each pixel, twice: nearly a Gaussian. Windows are cut at
 * the frame.
 *
 * @param plane float32 [224, 224]
 * @param result where it is written, if not into a plane of its own
 */
export function smooth(
  plane: Float32Array,
  radius: number,
  result: Float32Array = new Float32Array(plane.length),
): Float32Array {
  const shares = sharesOf(radius);
  alongRows(plane, ACROSS, radius, shares);
  downColumns(ACROSS, result, radius, shares);
  alongRows(result, ACROSS, radius, shares);
  downColumns(ACROSS, result, radius, shares);
  return result;
}
