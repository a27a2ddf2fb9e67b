import sharp from 'sharp';
import { imageErrorOf, type OpenedImage, openImage, withoutAlpha } from './open-image.ts';

/** A photograph squashed into a square, with the size it had. */
export interface SquashedImage {
  /** RGB, interleaved, rows from the top: uint8 [side, side, 3]. */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** Of the photograph as it was, turned upright. */
  readonly width: number;
  readonly height: number;
}

/** Squashes an opened image. Transparency is dropped, not blended, as the reference does. */
async function squash(opened: OpenedImage, side: number): Promise<SquashedImage> {
  try {
    const opaque = opened.hasAlpha ? await withoutAlpha(opened.image) : opened.image.clone();
    const pixels = await opaque
      .toColourspace('srgb')
      .resize(side, side, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false })
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { pixels, side, width: opened.width, height: opened.height };
  } catch (error) {
    throw imageErrorOf(error, opened.bytes);
  }
}

/**
 * A square at another size, by the same kernel, without another decoding.
 *
 * @param side in pixels
 */
export async function shrinkSquare<Given extends Pick<SquashedImage, 'pixels' | 'side'>>(
  square: Given,
  side: number,
): Promise<Given> {
  if (square.side === side) return square;
  const raw = { width: square.side, height: square.side, channels: 3 } as const;
  const pixels = await sharp(square.pixels, { raw }).resize(side, side, { kernel: 'cubic' }).raw().toBuffer();
  return { ...square, pixels, side };
}

/**
 * Decodes a photograph once for each side and squashes it to a square, by the contract `squash-bicubic-v1`: the whole
 * image, antialiased bicubic. On photographs the result stays within a mean of 0.2 levels of PIL's
 * `resize(…, BICUBIC)`.
 *
 * It decodes in the process that calls it. A stranger's file belongs in a process that may die: see `Decoders`.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file
 * @param sides of the squares, in pixels
 * @throws ImageError with the reason, if it is not such a file or is damaged
 */
export async function squashImage(
  bytes: Uint8Array,
  sides: readonly number[],
): Promise<readonly SquashedImage[]> {
  const squares: SquashedImage[] = [];
  // One after the other: a process decodes one image at a time. Each side opens the file again, as it can be read once.
  for (const side of sides) squares.push(await squash(await openImage(bytes), side));
  return squares;
}
