import { elementsOf } from './element-types.ts';

/** `true` if the elements lie one after the other in row-major order. Axes of length 1 have no stride to speak of. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Elements from the first to the last that a view touches, both included; 0 for an empty view. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (elementsOf(shape) === 0) return 0;
  return 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);
}

/** Copies a view's elements into row-major order. `source` begins at the view's first element. */
export function gather(
  source: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(elementsOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to += 1) {
    result[to] = source[from] ?? Number.NaN;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}
