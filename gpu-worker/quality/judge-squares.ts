import sharp from 'sharp';
import type { Quality } from '../../core/exams/quality.ts';
import type { Finish } from '../../decoding/index.ts';
import { judgeQuality } from './judge.ts';
import { INSPECTION_SIZE, type Square } from './square.ts';

/** Sides of the squares that the gate asks for beside the model's: none where the model's is large enough. */
export function sidesFor(size: number): readonly number[] {
  return size < INSPECTION_SIZE ? [size, INSPECTION_SIZE] : [size];
}

/** A square for the judge, made of a larger one where there is none of its size: the file is decoded just once. */
async function inspected(square: Square & { readonly side: number }): Promise<Square> {
  if (square.side === INSPECTION_SIZE) return square;
  const raw = { width: square.side, height: square.side, channels: 3 } as const;
  const pixels = await sharp(square.pixels, { raw })
    .resize(INSPECTION_SIZE, INSPECTION_SIZE, { kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { ...square, pixels };
}

/**
 * The gate as a decoder's child runs it: on the last of the squares that {@link sidesFor} asks for.
 *
 * @returns a {@link Quality}
 */
const judgeSquares: Finish = async (squares): Promise<Quality> => {
  const last = squares.at(-1);
  if (last === undefined) throw new RangeError('Expected at least one square to judge.');
  return judgeQuality(await inspected(last));
};
export default judgeSquares;
