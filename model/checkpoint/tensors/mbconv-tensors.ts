import type { MbconvBlock, MbconvBody } from '../vision-geometry.ts';
import { batchNorm, type CanonicalTensor, each, plain } from './canonical-tensor.ts';

/** A convolution without bias, and the batch norm behind it. */
function normedConvolution(
  name: string,
  shape: readonly [number, number, number, number],
): CanonicalTensor[] {
  return [plain(`${name}.conv.weight`, shape), ...batchNorm(`${name}.bn`, shape[0])];
}

function block(name: string, input: number, geometry: MbconvBlock): CanonicalTensor[] {
  const { kernel, output, expands } = geometry;
  const hidden = expands ? geometry.hidden : input;
  return [
    plain(`${name}.stride`, []),
    ...(expands ? normedConvolution(`${name}.expand`, [hidden, input, 1, 1]) : []),
    ...normedConvolution(`${name}.depthwise`, [hidden, 1, kernel, kernel]),
    ...normedConvolution(`${name}.project`, [output, hidden, 1, 1]),
  ];
}

/**
 * Every tensor of an MBConv tower's body, in a fixed order. The channels that a block takes are those that
 * the one before it gives.
 *
 * @param prefix what stands before every name: `visual.`, or nothing
 */
export function mbconvTensors(body: MbconvBody, prefix: string): CanonicalTensor[] {
  const { stem, blocks, pooled } = body;
  const outputs = [stem, ...blocks.map(({ output }) => output)];
  return [
    plain(`${prefix}image_size`, []),
    plain(`${prefix}batch_norm_epsilon`, []),
    ...normedConvolution(`${prefix}stem`, [stem, 3, 3, 3]),
    ...each(blocks.length, (index) => {
      const geometry = blocks[index];
      return geometry === undefined ? [] : block(`${prefix}blocks.${index}`, outputs[index] ?? 0, geometry);
    }),
    ...normedConvolution(`${prefix}head`, [pooled, outputs.at(-1) ?? 0, 1, 1]),
  ];
}
