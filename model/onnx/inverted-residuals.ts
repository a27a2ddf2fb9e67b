import type { InvertedResidual, InvertedResidualBody } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { type NormedConvolution, normedConvolution } from './convolution.ts';
import type { Layers } from './layers.ts';
import { COLOUR_FACTORS, picturePlanes } from './picture-planes.ts';
import { transpose } from './weight-encoding.ts';

/** ReLU6: x cut to 0 … 6. */
function relu6(layers: Layers, value: string): string {
  const bound = (limit: number): string =>
    layers.constant(`number:${limit}`, [], async () => Float32Array.of(limit));
  return layers.graph.node('Clip', [value, bound(0), bound(6)]);
}

/** The convolutions of one network: all have their batch norms named and set alike. */
class Body {
  readonly #layers: Layers;
  readonly #tensors: NamedTensors;
  readonly #epsilon: number;

  constructor(layers: Layers, tensors: NamedTensors, epsilon: number) {
    this.#layers = layers;
    this.#tensors = tensors;
    this.#epsilon = epsilon;
  }

  /** Convolution and batch norm. */
  linear(value: string, name: string, options: Partial<NormedConvolution> = {}): string {
    const convolution = { kernels: `${name}.conv.weight`, norm: `${name}.bn`, epsilon: this.#epsilon };
    return normedConvolution(this.#layers, value, this.#tensors, { ...convolution, ...options });
  }

  /** Convolution, batch norm and ReLU6. */
  active(value: string, name: string, options: Partial<NormedConvolution> = {}): string {
    return relu6(this.#layers, this.linear(value, name, options));
  }

  block(value: string, name: string, block: InvertedResidual): string {
    const { stride, hidden, expands, input, output } = block;
    const wide = expands ? this.active(value, `${name}.expand`) : value;
    const filtered = this.active(wide, `${name}.depthwise`, { stride, groups: hidden });
    const narrow = this.linear(filtered, `${name}.project`);
    const isResidual = stride === 1 && input === output;
    return isResidual ? this.#layers.graph.node('Add', [narrow, value]) : narrow;
  }
}

/**
 * A network of inverted residuals up to its pooled channels.
 *
 * Source: Tan & Le, EfficientNet (arXiv 1905.11946), in its Lite form.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @param prefix what stands before every tensor's name
 * @returns [batch, pooled, 1, 1]
 */
export function invertedResiduals(
  layers: Layers,
  pixels: string,
  tensors: NamedTensors,
  geometry: InvertedResidualBody,
  prefix: string,
): string {
  const body = new Body(layers, tensors, geometry.batchNormEpsilon);
  const planes = picturePlanes(layers, pixels);
  let value = body.active(planes, `${prefix}stem`, { stride: 2, inputFactors: COLOUR_FACTORS });
  for (const [index, block] of geometry.blocks.entries()) {
    value = body.block(value, `${prefix}blocks.${index}`, block);
  }
  return layers.graph.node('GlobalAveragePool', [body.active(value, `${prefix}head`)]);
}

/** A linear layer behind pooled channels. */
export interface PooledProjection {
  /** Name of the matrix, [pooled, outputs]. */
  readonly weight: string;
  /** Name of the bias, [outputs], where there is one. */
  readonly bias: string | null;
  readonly outputs: number;
}

/**
 * Reads pooled channels by a linear layer. It is computed as a convolution, which takes picture by picture: a product of
 * matrices sums in another order for one picture than for several.
 *
 * @param pooled [batch, pooled, 1, 1]
 * @returns [batch, outputs]
 */
export function projectPooled(
  layers: Layers,
  pooled: string,
  tensors: NamedTensors,
  { weight, bias, outputs }: PooledProjection,
): string {
  const [inputs = 0] = tensors.shapes.get(weight) ?? [];
  const kernels = layers.constant(`${weight}:kernels`, [outputs, inputs, 1, 1], async () =>
    transpose(await tensors.read(weight), inputs, outputs),
  );
  const values = bias === null ? [pooled, kernels] : [pooled, kernels, layers.tensor(bias)];
  return layers.graph.reshape(layers.graph.node('Conv', values), [-1, outputs]);
}
