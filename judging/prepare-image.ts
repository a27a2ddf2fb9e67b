import type { SeenField } from '../core/exams/field.ts';
import type { Quality } from '../core/exams/quality.ts';
import { checkFile, type DecodingContract, ImageError } from '../decoding/index.ts';
import { fieldSquares } from '../decoding/pixels/field-squares.ts';
import { squashImage } from '../decoding/pixels/squash.ts';
import type { Judgement } from './judge.ts';
import judgeSquares, { sidesFor } from './judge-squares.ts';

/** The gate for `Decoders`: it runs in their children, where the pixels are. */
export const QUALITY_GATE = new URL('./judge-squares.ts', import.meta.url);

/** A photograph as the model takes it, and whether it is fit for that. */
export interface PreparedImage {
  /** RGB, interleaved: uint8 [size, size, 3]. `null` if the file cannot be read as an image. */
  readonly pixels: Uint8Array | null;
  /** Of the photograph, upright; `null` if the file cannot be read as an image. */
  readonly width: number | null;
  readonly height: number | null;
  readonly quality: Quality;
  /** What a gradable photograph is centred on, as it shows by itself; `null` where that is not sure. */
  readonly field: SeenField | null;
  /** Whether a gradable photograph was turned by half; `null` where that is not sure. */
  readonly turned: boolean | null;
}

/** The answer to a file without pixels. */
export function refusedImage({ reason, measured }: ImageError): PreparedImage {
  const quality: Quality = { gradable: false, reason, measurements: { ...measured } };
  return { pixels: null, width: null, height: null, quality, field: null, turned: null };
}

/** Pictures that we draw ourselves may take whatever memory the machine has. */
const OWN_IMAGES_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Decodes a photograph in this process, prepares it for the model and judges its quality. A bad file is an answer, not
 * an error. It is meant for tests and benches, on pictures of our own: a stranger's file goes through `PreparationPool`,
 * whose children do the same and may die.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file, or anything else that came under such a name
 * @param size side of the model's input, in pixels
 * @param contract how pixels are made: `squash-bicubic-v1` unless told
 * @example
 * const { pixels, quality } = await prepareImage(await readFile('left.jpg'), 224);
 * if (!quality.gradable) console.log(quality.reason);
 */
export async function prepareImage(
  bytes: Uint8Array,
  size: number,
  contract: DecodingContract = 'squash-bicubic-v1',
): Promise<PreparedImage> {
  try {
    checkFile(bytes, OWN_IMAGES_BYTES);
    if (contract === 'field-bicubic-v1') {
      const { squares, surroundings, width, height } = await fieldSquares(bytes, [size]);
      const judgement = (await judgeSquares([...squares, await surroundings()])) as Judgement;
      return { pixels: squares[0]?.pixels ?? null, width, height, ...judgement };
    }
    const squares = await squashImage(bytes, sidesFor(size));
    const [{ pixels, width, height } = { pixels: null, width: null, height: null }] = squares;
    return { pixels, width, height, ...((await judgeSquares(squares)) as Judgement) };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return refusedImage(error);
  }
}
