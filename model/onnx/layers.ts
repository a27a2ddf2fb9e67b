import { PRECISIONS, type Precision } from '../../core/activation/precisions.ts';
import type { VisionGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { freeBuffer } from '../free-buffer.ts';
import { type GraphBuilder, MICROSOFT } from './graph-builder.ts';
import { float16Bytes, float32Bytes, quantize } from './weight-encoding.ts';

export { PRECISIONS, type Precision } from '../../core/activation/precisions.ts';

/**
 * The precisions in which a kind of vision tower is made. The int8 of an MBConv tower needs ranges that are known
 * beforehand, which ReLU6 and batch norms give; a ResNet's sums of ReLUs have none.
 */
export function precisionsOf(kind: VisionGeometry['kind']): readonly Precision[] {
  return kind === 'resnet' ? ['fp32', 'fp16'] : PRECISIONS;
}

/** A linear layer by its tensors, and optionally a part of its outputs. */
export interface LinearSource {
  readonly weight: string;
  readonly bias: string | null;
  readonly inputs: number;
  /** First output of the layer, and one beyond the last. */
  readonly outputs: readonly [number, number];
}

/** The layers of RET-CLIP's towers as nodes of one graph, in one precision. Values are matrices [rows, channels]. */
export class Layers {
  readonly graph: GraphBuilder;
  readonly precision: Precision;
  readonly #weights: NamedTensors;

  constructor(graph: GraphBuilder, weights: NamedTensors, precision: Precision) {
    this.graph = graph;
    this.#weights = weights;
    this.precision = precision;
  }

  /** Type of the values between the layers. */
  get valueType(): 'float16' | 'float32' {
    return this.precision === 'fp16' ? 'float16' : 'float32';
  }

  /** A value of the graph as float32, in which results are given. */
  asFloat32(value: string): string {
    return this.precision === 'fp16' ? this.graph.node('Cast', [value], { attributes: { to: 1 } }) : value;
  }

  /** Adds a constant in the type of the values. */
  constant(name: string, shape: readonly number[], load: () => Promise<Float32Array>): string {
    return this.graph.initializer(name, this.valueType, shape, async () => {
      const values = await load();
      if (this.precision !== 'fp16') return float32Bytes(values);
      const halves = float16Bytes(values);
      freeBuffer(values);
      return halves;
    });
  }

  /** Adds a checkpoint's tensor as it is. */
  tensor(name: string): string {
    return this.constant(name, this.#weights.shapes.get(name) ?? [], () => this.#weights.read(name));
  }

  /** y = x Wᵀ + b for x [rows, in]. */
  linear(value: string, source: LinearSource): string {
    return this.precision === 'int8'
      ? this.#quantizedLinear(value, source)
      : this.#floatLinear(value, source);
  }

  #floatLinear(value: string, source: LinearSource): string {
    const weight = this.constant(partName(source, source.weight), [rowsOf(source), source.inputs], () =>
      this.#weightRows(source),
    );
    const bias = this.#bias(source);
    const inputs = bias === null ? [value, weight] : [value, weight, bias];
    return this.graph.node('Gemm', inputs, { attributes: { transB: 1 } });
  }

  #quantizedLinear(value: string, source: LinearSource): string {
    const { graph } = this;
    const name = partName(source, source.weight);
    const outputs = rowsOf(source);
    const load = async () => {
      const rows = await this.#weightRows(source);
      const quantized = quantize(rows, outputs, source.inputs);
      freeBuffer(rows);
      return quantized;
    };
    const weight = graph.initializer(`${name}:int8`, 'int8', [source.inputs, outputs], async () => {
      const { values } = await load();
      return new Uint8Array(values.buffer);
    });
    const scales = graph.initializer(`${name}:scales`, 'float32', [outputs], async () =>
      float32Bytes((await load()).scales),
    );
    const zeros = graph.initializer(
      `zeros:${outputs}`,
      'int8',
      [outputs],
      async () => new Uint8Array(outputs),
    );
    const inputs = [value, weight, scales, zeros];
    const bias = this.#bias(source);
    return graph.node('DynamicQuantizeMatMul', bias === null ? inputs : [...inputs, bias], {
      domain: MICROSOFT,
    });
  }

  async #weightRows({ weight, inputs, outputs: [first, end] }: LinearSource): Promise<Float32Array> {
    return (await this.#weights.read(weight)).subarray(first * inputs, end * inputs);
  }

  #bias(source: LinearSource): string | null {
    const { bias } = source;
    if (bias === null) return null;
    const [first, end] = source.outputs;
    return this.constant(partName(source, bias), [end - first], async () =>
      (await this.#weights.read(bias)).subarray(first, end),
    );
  }

  /** LayerNorm over the channels. */
  norm(value: string, name: string, epsilon: number): string {
    const inputs = [value, this.tensor(`${name}.weight`), this.tensor(`${name}.bias`)];
    return this.graph.node('LayerNormalization', inputs, {
      attributes: { axis: -1, epsilon: { float: epsilon } },
    });
  }

  /**
   * LayerNorm of a sum, in one pass.
   *
   * @returns the normalised sum, and the sum itself
   */
  addAndNorm(
    value: string,
    residual: string,
    name: string,
    epsilon: number,
  ): { normed: string; sum: string } {
    const inputs = [value, residual, this.tensor(`${name}.weight`), this.tensor(`${name}.bias`)];
    const [normed = '', , , sum = ''] = this.graph.nodeWithOutputs('SkipLayerNormalization', inputs, {
      attributes: { epsilon: { float: epsilon } },
      domain: MICROSOFT,
      outputs: 4,
    });
    return { normed, sum };
  }
}

function rowsOf({ outputs: [first, end] }: LinearSource): number {
  return end - first;
}

function partName({ outputs: [first, end] }: LinearSource, name: string): string {
  return `${name}[${first}:${end}]`;
}

/** A whole linear layer `name.weight`, `name.bias`. */
export function wholeLinear(name: string, outputs: number, inputs: number, bias = true): LinearSource {
  return { weight: `${name}.weight`, bias: bias ? `${name}.bias` : null, inputs, outputs: [0, outputs] };
}

/** The query, key and value parts of an attention's fused projection. */
export function attentionParts(name: string, width: number): Record<'query' | 'key' | 'value', LinearSource> {
  const part = (index: number): LinearSource => ({
    weight: `${name}.in_proj_weight`,
    bias: `${name}.in_proj_bias`,
    inputs: width,
    outputs: [index * width, (index + 1) * width],
  });
  return { query: part(0), key: part(1), value: part(2) };
}
