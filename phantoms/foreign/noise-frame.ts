import type { Random } from '../random.ts';

/**
 * A frame of sensor noise.
 *
 * @param level mean of all values, 0 to 255
 * @param spread largest distance from the mean, about two deviations
 * @returns RGB, row by row, `width * height * 3` bytes
 */
export function noiseFrame(
  random: Random,
  width: number,
  height: number,
  level: number,
  spread: number,
): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const value = level + spread * (random.next() + random.next() - 1);
    pixels[i] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return pixels;
}
