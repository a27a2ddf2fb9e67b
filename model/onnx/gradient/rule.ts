import type { GraphNode } from './graph-node.ts';
import type { Operations } from './operations.ts';

/**
 * The gradient of one node's inputs, from that of its outputs.
 *
 * @param gradients of the outputs; an output that nothing depends on has none
 * @returns by the inputs' names; inputs that are constants may be left out
 */
export type Rule = (
  operations: Operations,
  node: GraphNode,
  gradients: readonly (string | undefined)[],
) => Readonly<Record<string, string>>;
