import type { Point } from './ellipse.ts';
import { INSPECTION_SIZE } from './square.ts';

const SIZE = INSPECTION_SIZE;

/**
 * Marks the largest connected region of pixels that are brighter than a level.
 *
 * @returns uint8 [224, 224] of 0 and 1, or `null` if no pixel is
 */
export function largestRegion(plane: Uint8Array, level: number): Uint8Array | null {
  const labels = new Int32Array(plane.length);
  const stack = new Int32Array(plane.length * 4);
  let label = 0;
  let largest = 0;
  let largestCount = 0;
  for (let seed = 0; seed < plane.length; seed += 1) {
    if (labels[seed] !== 0 || (plane[seed] ?? 0) <= level) continue;
    label += 1;
    let count = 0;
    let depth = 1;
    stack[0] = seed;
    while (depth > 0) {
      depth -= 1;
      const index = stack[depth] ?? 0;
      if (labels[index] !== 0 || (plane[index] ?? 0) <= level) continue;
      labels[index] = label;
      count += 1;
      const x = index % SIZE;
      if (x > 0) stack[depth++] = index - 1;
      if (x < SIZE - 1) stack[depth++] = index + 1;
      if (index >= SIZE) stack[depth++] = index - SIZE;
      if (index < plane.length - SIZE) stack[depth++] = index + SIZE;
    }
    if (count > largestCount) {
      largest = label;
      largestCount = count;
    }
  }
  if (largest === 0) return null;
  const region = new Uint8Array(plane.length);
  for (let index = 0; index < region.length; index += 1) region[index] = labels[index] === largest ? 1 : 0;
  return region;
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
