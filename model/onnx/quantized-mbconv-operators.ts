import type { NamedTensors } from '../checkpoint/weights.ts';
import {
  type ByteRange,
  type Distribution,
  normedDistribution,
  relu6Range,
  signedRange,
  sumDistribution,
} from './activation-range.ts';
import { convolutionAttributes, foldConvolution, type NormedConvolution } from './convolution.ts';
import { FloatMbconvOperators } from './float-mbconv-operators.ts';
import { MICROSOFT } from './graph-builder.ts';
import type { Layers } from './layers.ts';
import type { MbconvConvolution, MbconvOperators } from './mbconv-operators.ts';
import { quantizeConvolution } from './quantized-convolution.ts';
import { float32Bytes } from './weight-encoding.ts';

/** What a value's bytes stand for, computed when it is asked for. */
interface Encoding {
  /** Of the constants that tell it. */
  readonly name: string;
  readonly distribution: () => Promise<Distribution>;
  readonly range: () => Promise<ByteRange>;
}

/** Bytes [batch, height, width, channels]. */
interface Quantized extends Encoding {
  readonly value: string;
}

/**
 * MBConv blocks in eight bits, channels last, in which ONNX Runtime's quantized convolutions are fastest on a CPU.
 * Ranges are fixed when the graph is made: nothing is measured while it runs.
 */
export class QuantizedMbconvOperators implements MbconvOperators<Quantized> {
  readonly #layers: Layers;
  readonly #tensors: NamedTensors;
  readonly #epsilon: number;

  constructor(layers: Layers, tensors: NamedTensors, epsilon: number) {
    this.#layers = layers;
    this.#tensors = tensors;
    this.#epsilon = epsilon;
  }

  /** In floating point: three colours are too few to gain by bytes, and their rounding would reach everything. */
  stem(planes: string, convolution: MbconvConvolution): Quantized {
    const { graph } = this.#layers;
    const floats = new FloatMbconvOperators(this.#layers, this.#tensors, this.#epsilon);
    const turned = graph.node('Transpose', [floats.stem(planes, convolution)], {
      attributes: { perm: [0, 2, 3, 1] },
    });
    const encoding = this.#behind(convolution);
    return { ...encoding, value: graph.node('QuantizeLinear', [turned, ...this.#parameters(encoding)]) };
  }

  convolution(input: Quantized, convolution: MbconvConvolution): Quantized {
    const { name, active: _, ...options } = convolution;
    const normed: NormedConvolution = {
      ...options,
      kernels: `${name}.conv.weight`,
      norm: `${name}.bn`,
      epsilon: this.#epsilon,
    };
    const encoding = this.#behind(convolution);
    const { kernels, biases } = this.#weights(normed, input);
    const inputs = [
      input.value,
      ...this.#parameters(input),
      ...kernels,
      ...this.#parameters(encoding),
      biases,
    ];
    const side = this.#tensors.shapes.get(normed.kernels)?.[2] ?? 1;
    const value = this.#layers.graph.node('QLinearConv', inputs, {
      attributes: { ...convolutionAttributes(side, normed), channels_last: 1 },
      domain: MICROSOFT,
    });
    return { ...encoding, value };
  }

  add(a: Quantized, b: Quantized): Quantized {
    const distribution = async () => sumDistribution(await a.distribution(), await b.distribution());
    const encoding = {
      name: `${a.name}+`,
      distribution,
      range: async () => signedRange(await distribution()),
    };
    const terms = [a, b].flatMap((term) => [term.value, ...this.#parameters(term)]);
    const inputs = [...terms, ...this.#parameters(encoding)];
    return { ...encoding, value: this.#layers.graph.node('QLinearAdd', inputs, { domain: MICROSOFT }) };
  }

  pool(input: Quantized): string {
    const { graph } = this.#layers;
    const floats = graph.node('DequantizeLinear', [input.value, ...this.#parameters(input)]);
    const turned = graph.node('Transpose', [floats], { attributes: { perm: [0, 3, 1, 2] } });
    return graph.node('GlobalAveragePool', [turned]);
  }

  /** What a convolution's batch norm, and ReLU6 where it stands behind it, give. */
  #behind({ name, active }: MbconvConvolution): Encoding {
    const distribution = () => normedDistribution(this.#tensors, `${name}.bn`);
    const range = async () => (active ? relu6Range : signedRange)(await distribution());
    return { name, distribution, range };
  }

  /** Scale and zero of bytes, as constants. */
  #parameters({ name, range }: Encoding): [scale: string, zero: string] {
    const { graph } = this.#layers;
    return [
      graph.initializer(`${name}:scale`, 'float32', [], async () =>
        float32Bytes(Float32Array.of((await range()).scale)),
      ),
      graph.initializer(`${name}:zero`, 'uint8', [], async () => Uint8Array.of((await range()).zero)),
    ];
  }

  /** A convolution's constants: kernels with their scales and zeros, and biases. */
  #weights(
    convolution: NormedConvolution,
    input: Encoding,
  ): { readonly kernels: readonly [string, string, string]; readonly biases: string } {
    const { graph } = this.#layers;
    const { kernels: name, norm } = convolution;
    const shape = this.#tensors.shapes.get(name) ?? [];
    const [outputs = 0] = shape;
    const load = async () => {
      const { kernels, biases } = await foldConvolution(this.#tensors, convolution);
      return quantizeConvolution(kernels, biases, Math.fround((await input.range()).scale));
    };
    const kernels = graph.initializer(
      `${name}:int8`,
      'int8',
      shape,
      async () => new Uint8Array((await load()).kernels.buffer),
    );
    const scales = graph.initializer(`${name}:scales`, 'float32', [outputs], async () =>
      float32Bytes((await load()).scales),
    );
    const zeros = graph.initializer(
      `zeros:${outputs}`,
      'int8',
      [outputs],
      async () => new Uint8Array(outputs),
    );
    const biases = graph.initializer(
      `${norm}:int32`,
      'int32',
      [outputs],
      async () => new Uint8Array((await load()).biases.buffer),
    );
    return { kernels: [kernels, scales, zeros], biases };
  }
}
