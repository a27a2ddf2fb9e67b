import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bicubicSquare } from './bicubic.ts';
import pillow from './testing/pillow-bicubic.json' with { type: 'json' };

/** The picture that Pillow was given: three channels that differ, so that axes and channels cannot be mixed up. */
function scene(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const levels = [(x * 7 + y * 3) % 256, (x * x + 2 * y * y) % 251, (x * y * 5 + 11) % 253];
      pixels.set(levels, (y * width + x) * 3);
    }
  }
  return pixels;
}

describe('a picture resized to a square', () => {
  it.each(
    pillow.pictures.map(
      (picture) => [`${picture.width} × ${picture.height} to ${picture.side}`, picture] as const,
    ),
  )('is to the bit what Pillow gives: %s', (_, { width, height, side, sha256, first, last }) => {
    const pixels = bicubicSquare({ pixels: scene(width, height), width, height }, side);
    expect([...pixels.subarray(0, 3)]).toEqual(first);
    expect([...pixels.subarray(-3)]).toEqual(last);
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
  });
});
