import sharp from 'sharp';
import type { Quality } from '../../core/exams/quality.ts';
import { ImageError, openImage, squash } from '../../model/preprocessing/index.ts';
import { judgeQuality } from './judge.ts';
import { INSPECTION_SIZE, type Square } from './square.ts';

export { judgeQuality } from './judge.ts';
export { INSPECTION_SIZE, type Square } from './square.ts';
export { THRESHOLDS } from './thresholds.ts';

/** A photograph as the model takes it, and whether it is fit for that. */
export interface PreparedImage {
  /** RGB, interleaved: uint8 [size, size, 3]. `null` if the file holds no readable picture. */
  readonly pixels: Uint8Array | null;
  /** Of the photograph, upright; `null` if the file holds no readable picture. */
  readonly width: number | null;
  readonly height: number | null;
  readonly quality: Quality;
}

/** A square for the judge, from the model's own where that is no smaller: the file is decoded just once. */
async function inspectionSquare(bytes: Uint8Array, prepared: Square, size: number): Promise<Square> {
  if (size === INSPECTION_SIZE) return prepared;
  if (size < INSPECTION_SIZE) return squash(await openImage(bytes), INSPECTION_SIZE);
  const pixels = await sharp(prepared.pixels, { raw: { width: size, height: size, channels: 3 } })
    .resize(INSPECTION_SIZE, INSPECTION_SIZE, { kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { ...prepared, pixels };
}

/**
 * Judges a photograph that has been prepared for the model.
 *
 * @param bytes its file
 * @param prepared what was made of it: a square of `size` pixels
 */
export async function judgePrepared(bytes: Uint8Array, prepared: Square, size: number): Promise<Quality> {
  return judgeQuality(await inspectionSquare(bytes, prepared, size));
}

/**
 * Decodes a photograph, prepares it for the model and judges its quality. A bad file is an answer, not an error.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file, or anything else that came under such a name
 * @param size side of the model's input, in pixels
 * @example
 * const { pixels, quality } = await prepareImage(await readFile('left.jpg'), 224);
 * if (!quality.gradable) console.log(quality.reason);
 */
export async function prepareImage(bytes: Uint8Array, size: number): Promise<PreparedImage> {
  try {
    const prepared = await squash(await openImage(bytes), size);
    return { ...prepared, quality: await judgePrepared(bytes, prepared, size) };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const quality: Quality = { gradable: false, reason: error.reason, measurements: {} };
    return { pixels: null, width: null, height: null, quality };
  }
}
