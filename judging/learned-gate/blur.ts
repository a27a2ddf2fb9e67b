import { VIEW_SIZE } from './field-view.ts';

const LAST = VIEW_SIZE - 1;
const CELLS = VIEW_SIZE * VIEW_SIZE;

/** Means of a running window; the outermost values go on beyond the edge. */
function alongLine(source: Float32Array, target: Float32Array, begin: number, step: number, radius: number) {
  const share = 1 / (2 * radius + 1);
  const first = source[begin] ?? 0;
  const last = source[begin + LAST * step] ?? 0;
  let sum = (radius + 1) * first;
  for (let place = 1; place <= radius; place += 1) sum += source[begin + place * step] ?? 0;
  for (let place = 0; place <= LAST; place += 1) {
    target[begin + place * step] = sum * share;
    const enters = place + radius + 1;
    const leaves = place - radius;
    sum += enters > LAST ? last : (source[begin + enters * step] ?? 0);
    sum -= leaves < 0 ? first : (source[begin + leaves * step] ?? 0);
  }
}

/**
 * Mean over the square window of `2 · radius + 1` cells around each cell.
 *
 * @param plane float32 [96, 96]
 * @param radius below 48
 */
export function blur(plane: Float32Array, radius: number): Float32Array {
  const across = new Float32Array(CELLS);
  const result = new Float32Array(CELLS);
  for (let row = 0; row <= LAST; row += 1) alongLine(plane, across, row * VIEW_SIZE, 1, radius);
  for (let column = 0; column <= LAST; column += 1) alongLine(across, result, column, VIEW_SIZE, radius);
  return result;
}
