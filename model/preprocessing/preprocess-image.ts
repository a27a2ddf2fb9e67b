import sharp, { type Sharp } from 'sharp';
import { imageErrorOf, type OpenedImage, openImage } from './open-image.ts';

/** A photograph as the network takes it. */
export interface PreparedPixels {
  /** RGB, interleaved, rows from the top: `size × size × 3`. */
  readonly pixels: Uint8Array;
  /** Of the photograph as it was, turned upright. */
  readonly width: number;
  readonly height: number;
}

/** The picture's colours as they are: left to the resizing, transparent ones would count for nothing. */
async function withoutAlpha(image: Sharp): Promise<Sharp> {
  const { data, info } = await image
    .clone()
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}

/**
 * Squashes an opened picture to the network's square. Transparency is dropped, not blended, as the reference does.
 *
 * @param size side of the square, in pixels
 * @throws ImageError if the picture breaks off
 */
export async function squash(opened: OpenedImage, size: number): Promise<PreparedPixels> {
  try {
    const opaque = opened.hasAlpha ? await withoutAlpha(opened.image) : opened.image.clone();
    const pixels = await opaque
      .toColourspace('srgb')
      .resize(size, size, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false })
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { pixels, width: opened.width, height: opened.height };
  } catch (error) {
    throw imageErrorOf(error, opened.bytes);
  }
}

/**
 * Prepares a photograph for a network, by the contract `squash-bicubic-v1`: the whole picture, antialiased bicubic. On
 * photographs the result stays within a mean of 0.2 levels of PIL's `resize(…, BICUBIC)`.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file
 * @param size side of the network's input, in pixels
 * @throws ImageError with the reason, if it is no such file, is damaged, or is larger than any photograph
 * @example
 * const { pixels } = await preprocessImage(await readFile('left.jpg'), 224);
 */
export async function preprocessImage(bytes: Uint8Array, size: number): Promise<PreparedPixels> {
  return squash(await openImage(bytes), size);
}
