import { cutField, onSquare } from '../field-of-view/cut-field.ts';
import { locateField, surroundingsOf } from '../field-of-view/locate-field.ts';
import { type Raster, VIEW_SIZE } from '../field-of-view/view.ts';
import { imageErrorOf, openWholeImage } from './open-image.ts';
import { rasterOf, type SquashedImage, squashRaster, squashWindow } from './squash.ts';

/** The squares of a photograph's field. */
export interface FieldSquares {
  /** One for each side, in the order asked for. */
  readonly squares: readonly SquashedImage[];
  /** The field with a margin, as the photograph has it, for judging; the whole photograph where no field was found. */
  readonly surroundings: () => Promise<SquashedImage>;
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
}

/** The whole picture. What is transparent is black: a colour below it is no part of the photograph. */
async function wholePicture(bytes: Uint8Array): Promise<Raster> {
  const opened = await openWholeImage(bytes);
  try {
    const { image, hasAlpha } = opened;
    return await rasterOf(hasAlpha ? image.flatten({ background: '#000000' }) : image);
  } catch (error) {
    throw imageErrorOf(error, bytes);
  }
}

/**
 * Decodes a photograph once, locates its field and squashes that, by the contract `field-bicubic-v1`: the square around
 * the field, black outside of it and where the photograph ends, antialiased bicubic. So black borders, frames of any
 * shape, small fields, captions beside the field and transparent corners do not change what a model sees, and a field
 * that a sensor cut flat keeps its shape. A photograph without a field is laid on a black square whole.
 *
 * It decodes in the process that calls it. A stranger's file belongs in a process that may die: see `Decoders`.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file
 * @param sides of the squares, in pixels
 * @throws ImageError with the reason, if it is not such a file or is damaged
 * @example const { squares } = await fieldSquares(await readFile('left.jpg'), [224]);
 */
export async function fieldSquares(bytes: Uint8Array, sides: readonly number[]): Promise<FieldSquares> {
  const picture = await wholePicture(bytes);
  const field = locateField(picture);
  const cut = field === null ? onSquare(picture) : cutField(picture, field.ellipse);
  const squares: SquashedImage[] = [];
  for (const side of sides) squares.push(await squashRaster(cut, side));
  const surroundings = () => squashWindow(picture, surroundingsOf(picture, field), VIEW_SIZE);
  return { squares, surroundings, width: picture.width, height: picture.height };
}
