import { describe, expect, it } from 'vitest';
import { smooth } from './box-mean.ts';

const SIZE = 224;

/** Mean over the window around each pixel, cut at the frame, as its definition says. */
function meanAround(plane: Float32Array, x: number, y: number, radius: number): number {
  let sum = 0;
  let pixels = 0;
  for (let row = Math.max(0, y - radius); row <= Math.min(SIZE - 1, y + radius); row += 1) {
    for (let column = Math.max(0, x - radius); column <= Math.min(SIZE - 1, x + radius); column += 1) {
      sum += plane[row * SIZE + column] ?? 0;
      pixels += 1;
    }
  }
  return sum / pixels;
}

function meansOf(plane: Float32Array, radius: number): Float32Array {
  return Float32Array.from(plane, (_, at) => meanAround(plane, at % SIZE, Math.floor(at / SIZE), radius));
}

/** Levels that differ from row to row and from left to right. */
const PLANE = Float32Array.from({ length: SIZE * SIZE }, (_, at) => (at * 7_919) % 251);

describe('a smoothed plane', () => {
  it.each([1, 2, 6])('is the mean over windows of radius %i, taken twice and cut at the frame', (radius) => {
    const expected = meansOf(meansOf(PLANE, radius), radius);
    const smoothed = smooth(PLANE, radius);
    for (let at = 0; at < expected.length; at += 1)
      if (Math.abs((smoothed[at] ?? 0) - (expected[at] ?? 0)) > 0.01)
        expect.fail(`pixel ${at}: ${smoothed[at]} instead of ${expected[at]}`);
  });

  it('is the same whatever was smoothed before, and can be written where it is wanted', () => {
    const first = smooth(PLANE, 2);
    smooth(new Float32Array(SIZE * SIZE).fill(255), 6);
    const place = new Float32Array(SIZE * SIZE).fill(99);
    expect(smooth(PLANE, 2, place)).toBe(place);
    expect(place).toEqual(first);
  });
});
