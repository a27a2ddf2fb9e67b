/** Squares along each side: a size that they divide shows the same picture, shrunk by means of areas or not. */
export const PATTERN_SQUARES = 16;

/**
 * A picture of coloured squares that any language makes alike, to compare what a detector computes of it:
 * uint8 [size, size, 3].
 *
 * @param size side in pixels, a multiple of {@link PATTERN_SQUARES} for the very same picture
 */
export function testPattern(size: number): Uint8Array {
  const side = size / PATTERN_SQUARES;
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const x = Math.floor((pixel % size) / side);
    const y = Math.floor(Math.floor(pixel / size) / side);
    return (x * (13 + 8 * (index % 3)) + y * 29 + x * y * 3) % 256;
  });
}
