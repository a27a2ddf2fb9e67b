import type { ResnetGeometry } from '../checkpoint/vision-geometry.ts';
import { pooledWidth } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { attention } from './attention.ts';
import { type NormedConvolution, normedConvolution } from './convolution.ts';
import { COLOUR_FACTORS, imagePlanes } from './image-planes.ts';
import { type Layers, wholeLinear } from './layers.ts';

const EPSILON = 1e-5;

/** The stages of one network: convolutions and what stands between them. */
class Stages {
  readonly #layers: Layers;
  readonly #tensors: NamedTensors;

  constructor(layers: Layers, tensors: NamedTensors) {
    this.#layers = layers;
    this.#tensors = tensors;
  }

  /** Convolution and batch norm. */
  linear(value: string, kernels: string, norm: string, options: Partial<NormedConvolution> = {}): string {
    const convolution = { kernels: `${kernels}.weight`, norm, epsilon: EPSILON, ...options };
    return normedConvolution(this.#layers, value, this.#tensors, convolution);
  }

  /** Convolution `….conv<place>`, batch norm `….bn<place>` and ReLU. */
  active(value: string, name: string, place: number, options: Partial<NormedConvolution> = {}): string {
    const normed = this.linear(value, `${name}.conv${place}`, `${name}.bn${place}`, options);
    return this.#layers.graph.node('Relu', [normed]);
  }

  /** The mean of squares of two by two pixels, in place of a stride. */
  halve(value: string): string {
    return this.#layers.graph.node('AveragePool', [value], {
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    });
  }

  stem(planes: string): string {
    const first = this.active(planes, 'visual', 1, { stride: 2, inputFactors: COLOUR_FACTORS });
    return this.halve(this.active(this.active(first, 'visual', 2), 'visual', 3));
  }

  bottleneck(value: string, name: string, stride: number, downsamples: boolean): string {
    const { graph } = this.#layers;
    const inner = this.active(this.active(value, name, 1), name, 2);
    const pooled = stride === 1 ? inner : this.halve(inner);
    const change = this.linear(pooled, `${name}.conv3`, `${name}.bn3`);
    const kept = stride === 1 ? value : this.halve(value);
    const identity = downsamples ? this.linear(kept, `${name}.downsample.0`, `${name}.downsample.1`) : kept;
    return graph.node('Relu', [graph.node('Add', [change, identity])]);
  }
}

/**
 * Attention of the mean over all positions, with which the network's positions are pooled and projected.
 *
 * @param value [batch, pooled, side, side]
 * @returns [batch, embedding]
 */
function attentionPool(layers: Layers, value: string, vision: ResnetGeometry, embedding: number): string {
  const { graph } = layers;
  const width = pooledWidth(vision);
  const positions = (vision.imageSize / 32) ** 2;
  const rows = graph.node('Transpose', [graph.reshape(value, [-1, width, positions])], {
    attributes: { perm: [0, 2, 1] },
  });
  const mean = graph.node('ReduceMean', [rows], { attributes: { axes: [1], keepdims: 1 } });
  const tokens = graph.node('Add', [
    graph.node('Concat', [mean, rows], { attributes: { axis: 1 } }),
    layers.tensor('visual.attnpool.positional_embedding'),
  ]);
  const first = graph.node('Gather', [tokens, graph.integers([0])], { attributes: { axis: 1 } });
  const pooled = attention(layers, graph.reshape(tokens, [-1, width]), graph.reshape(first, [-1, width]), 1, {
    name: 'visual.attnpool',
    width,
    heads: vision.heads,
    length: 1 + positions,
  });
  return layers.linear(pooled, wholeLinear('visual.attnpool.c_proj', embedding, width));
}

/**
 * CLIP's residual network: a stem of three convolutions, means in place of strides, attention in place of the last mean.
 *
 * Source: Radford et al., CLIP (arXiv 2103.00020), `ModifiedResNet`, as the reference code offers it.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns [batch, embedding]
 */
export function resnet(
  layers: Layers,
  pixels: string,
  tensors: NamedTensors,
  vision: ResnetGeometry,
  embedding: number,
): string {
  const stages = new Stages(layers, tensors);
  let value = stages.stem(imagePlanes(layers, pixels));
  for (const [stage, count] of vision.layers.entries()) {
    for (let index = 0; index < count; index += 1) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      value = stages.bottleneck(value, `visual.layer${stage + 1}.${index}`, stride, index === 0);
    }
  }
  return attentionPool(layers, value, vision, embedding);
}
