import type { DecodingContract, Finish } from '../decoding/index.ts';
import { shrinkSquare } from '../decoding/pixels/squash.ts';
import { type Judgement, judge } from './judge.ts';
import { INSPECTION_SIZE } from './square.ts';

/**
 * Sides of the squares to decode: the model's, and the gate's own where the model's is smaller. A contract that cuts the
 * field out brings what the gate looks at by itself.
 */
export function sidesFor(size: number, contract: DecodingContract = 'squash-bicubic-v1'): readonly number[] {
  return contract === 'squash-bicubic-v1' && size < INSPECTION_SIZE ? [size, INSPECTION_SIZE] : [size];
}

/**
 * The gate as a decoder's child runs it: on the last of the squares that {@link sidesFor} asks for, shrunk to the gate's
 * size where the model's is larger, so that the file is decoded just once.
 *
 * @returns a {@link Judgement}
 */
const judgeSquares: Finish = async (squares): Promise<Judgement> => {
  const last = squares.at(-1);
  if (last === undefined) throw new RangeError('Expected at least one square to judge.');
  return judge(await shrinkSquare(last, INSPECTION_SIZE));
};
export default judgeSquares;
