import { ModelError } from '../../errors.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { float32Bytes } from '../weight-encoding.ts';

/** Arithmetic on values of a graph, for the rules of derivation. */
export class Operations {
  readonly graph: GraphBuilder;
  readonly #sides: ReadonlyMap<string, number>;

  /** @param sides of planes [batch, channels, side, side], by the values' names */
  constructor(graph: GraphBuilder, sides: ReadonlyMap<string, number>) {
    this.graph = graph;
    this.#sides = sides;
  }

  /** Width and height of a value [batch, channels, side, side]. @throws ModelError if they are not known */
  sideOf(value: string): number {
    const side = this.#sides.get(value);
    if (side === undefined) throw new ModelError(`The size of "${value}" is not known.`);
    return side;
  }

  number(value: number): string {
    return this.graph.initializer(`derived:${value}`, 'float32', [], async () =>
      float32Bytes(Float32Array.of(value)),
    );
  }

  add(a: string, b: string): string {
    return this.graph.node('Add', [a, b]);
  }

  subtract(a: string, b: string): string {
    return this.graph.node('Sub', [a, b]);
  }

  multiply(a: string, b: string): string {
    return this.graph.node('Mul', [a, b]);
  }

  divide(a: string, b: string): string {
    return this.graph.node('Div', [a, b]);
  }

  product(a: string, b: string): string {
    return this.graph.node('MatMul', [a, b]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return this.graph.node('Transpose', [value], { attributes: { perm } });
  }

  /** Mean over the last axis, which stays. */
  mean(value: string): string {
    return this.graph.node('ReduceMean', [value], { attributes: { axes: [-1], keepdims: 1 } });
  }

  /** Sum over one axis. */
  sum(value: string, axis: number, keeps: boolean): string {
    return this.graph.node('ReduceSum', [value, this.graph.integers([axis])], {
      attributes: { keepdims: keeps ? 1 : 0 },
    });
  }

  /** 1 where a lies above b, else 0. */
  above(a: string, b: string): string {
    return this.graph.node('Cast', [this.graph.node('Greater', [a, b])], { attributes: { to: 1 } });
  }

  /** Views a value as another is, but for its first axis, which takes what is left. */
  shapedAs(value: string, other: string): string {
    const { graph } = this;
    const rest = graph.node('Slice', [
      graph.node('Shape', [other]),
      graph.integers([1]),
      graph.integers([2 ** 31]),
    ]);
    const shape = graph.node('Concat', [graph.integers([-1]), rest], { attributes: { axis: 0 } });
    return graph.node('Reshape', [value, shape]);
  }

  sigmoid(value: string): string {
    return this.graph.node('Sigmoid', [value]);
  }
}
