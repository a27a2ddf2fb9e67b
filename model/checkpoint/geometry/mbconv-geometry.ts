import type { MbconvBlock, MbconvBody } from '../vision-geometry.ts';
import type { Evidence } from './evidence.ts';

/** No network takes a larger picture: the number is damaged. */
const LARGEST_IMAGE = 4096;

async function size(evidence: Evidence, name: string, largest: number): Promise<number> {
  const value = await evidence.scalar(name);
  if (!Number.isInteger(value) || value < 1 || value > largest) {
    throw evidence.mismatch(`"${name}" is ${value} instead of a whole number from 1 to ${largest}`);
  }
  return value;
}

async function block(evidence: Evidence, name: string): Promise<MbconvBlock> {
  const [hidden = 0, , kernel = 0] = evidence.shape(`${name}.depthwise.conv.weight`, 4);
  if (kernel % 2 === 0) {
    throw evidence.mismatch(`"${name}.depthwise.conv.weight" has a kernel of ${kernel}, which is not odd`);
  }
  const [output = 0] = evidence.shape(`${name}.project.conv.weight`, 4);
  const expands = evidence.has(`${name}.expand.conv.weight`);
  const input = expands ? evidence.shape(`${name}.expand.conv.weight`, 4)[1] : hidden;
  const stride = await size(evidence, `${name}.stride`, 2);
  return { kernel, stride, input: input ?? 0, hidden, output, expands };
}

/**
 * @param prefix what stands before every name: `visual.`, or nothing
 * @throws CheckpointMismatchError naming the tensor at fault
 */
export async function mbconvBody(evidence: Evidence, prefix: string): Promise<MbconvBody> {
  const imageSize = await size(evidence, `${prefix}image_size`, LARGEST_IMAGE);
  const batchNormEpsilon = await evidence.scalar(`${prefix}batch_norm_epsilon`);
  if (!(batchNormEpsilon > 0 && batchNormEpsilon < 1)) {
    throw evidence.mismatch(
      `"${prefix}batch_norm_epsilon" is ${batchNormEpsilon} instead of a number from 0 to 1`,
    );
  }
  const [stem = 0] = evidence.shape(`${prefix}stem.conv.weight`, 4);
  const blocks: MbconvBlock[] = [];
  for (let index = 0; index < evidence.layers(`${prefix}blocks.`); index += 1) {
    blocks.push(await block(evidence, `${prefix}blocks.${index}`));
  }
  const [pooled = 0] = evidence.shape(`${prefix}head.conv.weight`, 4);
  return { imageSize, batchNormEpsilon, stem, blocks, pooled };
}
