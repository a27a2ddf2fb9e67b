import type { NamedTensors } from '../checkpoint/weights.ts';
import { UnreadableFileError } from '../errors.ts';
import type { Layers } from './layers.ts';

/** A convolution without bias and the batch norm behind it. Its padding keeps the size at stride 1. */
export interface NormedConvolution {
  /** Name of the kernels, [out, in / groups, side, side]. */
  readonly kernels: string;
  /** Name of the batch norm; its tensors are `….weight`, `….bias`, `….running_mean`, `….running_var`. */
  readonly norm: string;
  readonly epsilon: number;
  /** 1 unless told. */
  readonly stride?: number;
  /** 1 unless told. */
  readonly groups?: number;
  /** Factors of the channels that come in, taken into the kernels: those that normalise a picture. */
  readonly inputFactors?: readonly number[];
}

/** y = factor · x + offset for each channel: what a batch norm is once it is trained. */
async function normOf(
  tensors: NamedTensors,
  { norm, epsilon }: NormedConvolution,
): Promise<{ readonly factors: Float64Array; readonly offsets: Float64Array }> {
  const [weight, bias, mean, variance] = await Promise.all(
    ['weight', 'bias', 'running_mean', 'running_var'].map((part) => tensors.read(`${norm}.${part}`)),
  );
  const factors = new Float64Array(weight?.length ?? 0);
  const offsets = new Float64Array(factors.length);
  for (let channel = 0; channel < factors.length; channel += 1) {
    const spread = (variance?.[channel] ?? 0) + epsilon;
    if (!(spread > 0)) {
      throw new UnreadableFileError(
        `Tensor "${norm}.running_var" of "${tensors.path}" holds ${variance?.[channel]}, which is no variance: the file is damaged.`,
      );
    }
    factors[channel] = (weight?.[channel] ?? 0) / Math.sqrt(spread);
    offsets[channel] = (bias?.[channel] ?? 0) - (mean?.[channel] ?? 0) * (factors[channel] ?? 0);
  }
  return { factors, offsets };
}

/** Kernels and biases that do what a convolution and its batch norm do, in float64. */
export async function foldConvolution(
  tensors: NamedTensors,
  convolution: NormedConvolution,
): Promise<{ readonly kernels: Float64Array; readonly biases: Float64Array }> {
  const { inputFactors } = convolution;
  const [, inputs = 1, ...sides] = tensors.shapes.get(convolution.kernels) ?? [];
  const area = sides.reduce((product, side) => product * side, 1);
  const kernels = Float64Array.from(await tensors.read(convolution.kernels));
  const { factors, offsets } = await normOf(tensors, convolution);
  for (let index = 0; index < kernels.length; index += 1) {
    const input = Math.floor(index / area) % inputs;
    const factor = (factors[Math.floor(index / (area * inputs))] ?? 0) * (inputFactors?.[input] ?? 1);
    kernels[index] = (kernels[index] ?? 0) * factor;
  }
  return { kernels, biases: offsets };
}

/** The attributes of a convolution whose padding keeps the size at stride 1. */
export function convolutionAttributes(side: number, { stride = 1, groups = 1 }: NormedConvolution) {
  const padding = side >> 1;
  return {
    kernel_shape: [side, side],
    pads: [padding, padding, padding, padding],
    strides: [stride, stride],
    group: groups,
  };
}

/**
 * A convolution with its batch norm folded into its kernels and a bias, in float64 and rounded once.
 *
 * @param value [batch, in, height, width]
 * @returns [batch, out, height / stride, width / stride]
 */
export function normedConvolution(
  layers: Layers,
  value: string,
  tensors: NamedTensors,
  convolution: NormedConvolution,
): string {
  const { kernels, norm } = convolution;
  const shape = tensors.shapes.get(kernels) ?? [];
  const [outputs = 0, , side = 1] = shape;
  const folded = layers.constant(`${kernels}:folded`, shape, async () =>
    Float32Array.from((await foldConvolution(tensors, convolution)).kernels),
  );
  const bias = layers.constant(`${norm}:offset`, [outputs], async () =>
    Float32Array.from((await normOf(tensors, convolution)).offsets),
  );
  return layers.graph.node('Conv', [value, folded, bias], {
    attributes: convolutionAttributes(side, convolution),
  });
}
