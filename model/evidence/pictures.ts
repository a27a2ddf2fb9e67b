import sharp from 'sharp';

/** Sums the features of pictures by weights: uint8 [pictures, size, size, 3] to one number for each picture and sum. */
export type ScorePictures = (pictures: Uint8Array, weights: readonly Float32Array[]) => Promise<number[][]>;

/**
 * A picture without its detail, which stands for a part of it that is covered: no edge of a patch and no black hole that the
 * tower never saw.
 *
 * @param pixels uint8 [size, size, 3]
 */
export async function blurred(pixels: Uint8Array, size: number): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .blur(size / 12)
    .raw()
    .toBuffer();
}

/**
 * Covers some places of a picture.
 *
 * @param cover what stands in their place: uint8 [size, size, 3]
 * @param isCovered for each place of the grid, rows from the top
 */
export function covered(
  pixels: Uint8Array,
  cover: Uint8Array,
  { size, side }: { readonly size: number; readonly side: number },
  isCovered: (place: number) => boolean,
): Uint8Array {
  const made = Uint8Array.from(pixels);
  for (let y = 0; y < size; y += 1) {
    const row = Math.floor((y * side) / size) * side;
    for (let x = 0; x < size; x += 1) {
      if (!isCovered(row + Math.floor((x * side) / size))) continue;
      const at = (y * size + x) * 3;
      made[at] = cover[at] ?? 0;
      made[at + 1] = cover[at + 1] ?? 0;
      made[at + 2] = cover[at + 2] ?? 0;
    }
  }
  return made;
}
