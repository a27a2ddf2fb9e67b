import type { NamedTensors } from '../checkpoint/weights.ts';
import { normedConvolution } from './convolution.ts';
import { COLOUR_FACTORS } from './image-planes.ts';
import type { Layers } from './layers.ts';
import type { MbconvConvolution, MbconvOperators } from './mbconv-operators.ts';

/** MBConv blocks on values [batch, channels, height, width] in floating point. */
export class FloatMbconvOperators implements MbconvOperators<string> {
  readonly #layers: Layers;
  readonly #tensors: NamedTensors;
  readonly #epsilon: number;

  constructor(layers: Layers, tensors: NamedTensors, epsilon: number) {
    this.#layers = layers;
    this.#tensors = tensors;
    this.#epsilon = epsilon;
  }

  stem(planes: string, convolution: MbconvConvolution): string {
    return this.convolution(planes, convolution, COLOUR_FACTORS);
  }

  convolution(
    value: string,
    { name, active, ...options }: MbconvConvolution,
    inputFactors?: readonly number[],
  ): string {
    const normed = normedConvolution(this.#layers, value, this.#tensors, {
      ...options,
      kernels: `${name}.conv.weight`,
      norm: `${name}.bn`,
      epsilon: this.#epsilon,
      ...(inputFactors === undefined ? {} : { inputFactors }),
    });
    return active ? this.#relu6(normed) : normed;
  }

  add(a: string, b: string): string {
    return this.#layers.graph.node('Add', [a, b]);
  }

  pool(value: string): string {
    return this.#layers.graph.node('GlobalAveragePool', [value]);
  }

  /** x cut to 0 … 6. */
  #relu6(value: string): string {
    const bound = (limit: number): string =>
      this.#layers.constant(`number:${limit}`, [], async () => Float32Array.of(limit));
    return this.#layers.graph.node('Clip', [value, bound(0), bound(6)]);
  }
}
