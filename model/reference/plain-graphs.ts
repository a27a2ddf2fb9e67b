import type { NamedTensors } from '../checkpoint/weights.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { float32Bytes } from '../onnx/weight-encoding.ts';

/**
 * Graphs of the plainest operators, written after the formulas: the check on the graphs that are made to be fast. Values
 * are rows of channels, [batch · length, channels].
 */
export class PlainGraph {
  readonly graph: GraphBuilder;
  readonly #weights: NamedTensors;

  constructor(name: string, weights: NamedTensors) {
    this.graph = new GraphBuilder(name);
    this.#weights = weights;
  }

  tensor(name: string): string {
    return this.graph.initializer(name, 'float32', this.#weights.shapes.get(name) ?? [], async () =>
      float32Bytes(await this.#weights.read(name)),
    );
  }

  number(value: number): string {
    return this.graph.initializer(`number:${value}`, 'float32', [], async () =>
      float32Bytes(Float32Array.of(value)),
    );
  }

  /** x Wᵀ + b for rows x */
  linear(value: string, name: string, suffix = '.'): string {
    const inputs = [value, this.tensor(`${name}${suffix}weight`), this.tensor(`${name}${suffix}bias`)];
    return this.graph.node('Gemm', inputs, { attributes: { transB: 1 } });
  }

  norm(value: string, name: string, epsilon: number): string {
    return this.graph.node(
      'LayerNormalization',
      [value, this.tensor(`${name}.weight`), this.tensor(`${name}.bias`)],
      {
        attributes: { axis: -1, epsilon: { float: epsilon } },
      },
    );
  }

  /** A convolution without bias whose padding keeps the size at stride 1. */
  convolution(value: string, name: string, { stride = 1, groups = 1 } = {}): string {
    const kernels = this.tensor(`${name}.weight`);
    const side = this.#weights.shapes.get(`${name}.weight`)?.[2] ?? 1;
    return this.graph.node('Conv', [value, kernels], {
      attributes: {
        kernel_shape: [side, side],
        pads: Array.from({ length: 4 }, () => side >> 1),
        strides: [stride, stride],
        group: groups,
      },
    });
  }

  /** (x - mean) / √(variance + ε) · weight + bias for each channel, as the statistics of training have it. */
  batchNorm(value: string, name: string, epsilon: number): string {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      this.tensor(`${name}.${part}`),
    );
    return this.graph.node('BatchNormalization', [value, ...parts], {
      attributes: { epsilon: { float: epsilon } },
    });
  }

  /** softmax(q kᵀ / √(width of a head) + mask) v with every token as query, and without the output projection. */
  attention(
    value: string,
    name: string,
    shape: { length: number; width: number; heads: number },
    mask?: string,
  ): string {
    const { graph } = this;
    const { length, width, heads } = shape;
    const projected = this.linear(value, `${name}.in_proj`, '_');
    const split = graph.reshape(projected, [-1, length, 3, heads, width / heads]);
    const arranged = graph.node('Transpose', [split], { attributes: { perm: [2, 0, 3, 1, 4] } });
    const part = (index: number): string => {
      const taken = graph.node('Gather', [arranged, graph.integers([index])], { attributes: { axis: 0 } });
      return graph.reshape(taken, [-1, heads, length, width / heads]);
    };
    const keys = graph.node('Transpose', [part(1)], { attributes: { perm: [0, 1, 3, 2] } });
    const products = graph.node('MatMul', [part(0), keys]);
    const scaled = graph.node('Mul', [products, this.number(1 / Math.sqrt(width / heads))]);
    const scores = mask === undefined ? scaled : graph.node('Add', [scaled, mask]);
    const shares = graph.node('Softmax', [scores], { attributes: { axis: -1 } });
    const mixed = graph.node('MatMul', [shares, part(2)]);
    const back = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } });
    return graph.reshape(back, [-1, width]);
  }

  quickGelu(value: string): string {
    const gate = this.graph.node('Sigmoid', [this.graph.node('Mul', [value, this.number(1.702)])]);
    return this.graph.node('Mul', [value, gate]);
  }

  /** x/2 · (1 + erf(x/√2)) */
  gelu(value: string): string {
    const { graph } = this;
    const erf = graph.node('Erf', [graph.node('Mul', [value, this.number(Math.SQRT1_2)])]);
    const raised = graph.node('Add', [erf, this.number(1)]);
    return graph.node('Mul', [graph.node('Mul', [value, this.number(0.5)]), raised]);
  }
}
