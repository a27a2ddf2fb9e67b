/**
 * A picture that any language makes alike, to compare what a detector computes of it: uint8 [size, size, 3], pixels
 * repeated in both directions where `size` is a multiple of the detector's own.
 *
 * @param size side in pixels
 * @param side side of the pattern before its pixels are repeated
 */
export function testPattern(size: number, side: number): Uint8Array {
  const repeat = size / side;
  const pixels = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [y, x] = [Math.floor(row / repeat), Math.floor(column / repeat)];
      for (let channel = 0; channel < 3; channel += 1) {
        pixels[(row * size + column) * 3 + channel] = (x * (3 + channel) + y * 5 + ((x * y) >> 4)) % 256;
      }
    }
  }
  return pixels;
}
