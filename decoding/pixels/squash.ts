import sharp, { type Sharp } from 'sharp';
import type { Raster, Window } from '../field-of-view/view.ts';
import { bicubicSquare } from './bicubic.ts';
import { imageErrorOf, type OpenedImage, openImage, openWholeImage, withoutAlpha } from './open-image.ts';

/** A photograph, or a part of it, squashed into a square. */
export interface SquashedImage {
  /** RGB, interleaved, rows from the top: uint8 [side, side, 3]. */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** Of what was squashed, turned upright, in pixels of the photograph. */
  readonly width: number;
  readonly height: number;
}

/** The levels of a picture in memory: uint8 [height, width, 3]. */
export async function rasterOf(image: Sharp): Promise<Raster> {
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** Antialiased bicubic by libvips: pictures that shrink along both axes. */
function shrunk(image: Sharp, side: number): Promise<Uint8Array> {
  return image
    .toColourspace('srgb')
    .resize(side, side, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false })
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** Whether libvips gives what Pillow does: its bicubic enlarges with another phase. */
function shrinks({ width, height }: Pick<Raster, 'width' | 'height'>, side: number): boolean {
  return width >= side && height >= side;
}

/** A picture in memory, squashed to a square by antialiased bicubic. */
export async function squashRaster(picture: Raster, side: number): Promise<SquashedImage> {
  const { pixels, width, height } = picture;
  const raw = { width, height, channels: 3 } as const;
  const square = shrinks(picture, side)
    ? await shrunk(sharp(pixels, { raw }), side)
    : bicubicSquare(picture, side);
  return { pixels: square, side, width, height };
}

/** A part of a picture in memory, squashed as it is. */
export async function squashWindow(picture: Raster, window: Window, side: number): Promise<SquashedImage> {
  const { width, height } = window;
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const part = sharp(picture.pixels, { raw }).extract(window);
  const pixels = shrinks(window, side) ? await shrunk(part, side) : bicubicSquare(await rasterOf(part), side);
  return { pixels, side, width, height };
}

/** Squashes an opened image. Transparency is dropped, not blended, as the reference does. */
async function squash(opened: OpenedImage, side: number): Promise<SquashedImage> {
  const { width, height } = opened;
  try {
    const opaque = opened.hasAlpha ? await withoutAlpha(opened.image) : opened.image.clone();
    const pixels = shrinks(opened, side)
      ? await shrunk(opaque, side)
      : bicubicSquare(await rasterOf(opaque), side);
    return { pixels, side, width, height };
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
 * image, antialiased bicubic. On photographs that shrink the result stays within a mean of 0.2 levels of PIL's
 * `resize(…, BICUBIC)`; one that is enlarged along either axis is the same to the bit.
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
  for (const [index, side] of sides.entries()) {
    const opened = await (index === 0 ? openWholeImage(bytes) : openImage(bytes));
    squares.push(await squash(opened, side));
  }
  return squares;
}
