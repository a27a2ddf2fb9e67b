import type { NamedTensors } from '../checkpoint/weights.ts';
import { runOnce, type Value } from './graph-run.ts';
import { PlainGraph } from './plain-graphs.ts';

/** A value and the shape that a step of the network gives it. */
export interface PlainStep {
  readonly shape: readonly number[];
  /** Adds the step's operators. @returns the name of their result */
  readonly build: (plain: PlainGraph, value: string) => string;
}

/** Computes a part of a network, whose weights are in memory while it runs. */
export async function plainStep(weights: NamedTensors, value: Value, step: PlainStep): Promise<Value> {
  const plain = new PlainGraph('step', weights);
  const input = plain.graph.input('value', 'float32', value.shape);
  plain.graph.output('result', 'float32', step.shape, step.build(plain, input));
  return { data: await runOnce(plain.graph, { value }, 'result'), shape: step.shape };
}
