import { ModelError } from '../../errors.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { type GraphNode, nodesOf } from './graph-node.ts';
import { Operations } from './operations.ts';
import { planeSides } from './plane-sides.ts';
import { RULES } from './rules.ts';

/** Values that depend on one of these, themselves among them. */
function dependents(nodes: readonly GraphNode[], values: readonly string[]): Set<string> {
  const found = new Set(values);
  for (const { input, output } of nodes) {
    if (input.some((name) => found.has(name))) for (const name of output) found.add(name);
  }
  return found;
}

/**
 * Adds to a graph the gradient of a weighted sum of one of its outputs, by the chain rule, node by node from the output back
 * (reverse-mode differentiation; Griewank and Walther, Evaluating Derivatives, 2008).
 *
 * The graph is computed for one picture; the weights may be those of several sums at once: [sums, channels].
 *
 * @param output the output that is summed
 * @param weights value of the graph that holds the weights
 * @param values what the gradient is asked of
 * @returns the gradients' names, in the values' order; of a value [tokens, width] it is [sums × tokens, width]
 * @throws ModelError if a node on the way is of a kind without a rule, or the output does not depend on a value
 */
export function addGradients(
  graph: GraphBuilder,
  output: string,
  weights: string,
  values: readonly string[],
): string[] {
  const forward = [...nodesOf(graph)];
  const operations = new Operations(graph, planeSides(graph));
  const onTheWay = dependents(forward, values);
  const gradients = new Map<string, string>([[output, weights]]);
  for (const node of forward.toReversed()) {
    const known = node.output.map((name) => gradients.get(name));
    // A value whose gradient is asked needs nothing of what made it.
    const isBefore = !node.input.some((name) => onTheWay.has(name));
    if (isBefore || known.every((gradient) => gradient === undefined)) continue;
    const rule = RULES[node.opType];
    if (rule === undefined) throw new ModelError(`There is no rule for the gradient of ${node.opType}.`);
    for (const [name, gradient] of Object.entries(rule(operations, node, known))) {
      if (!onTheWay.has(name)) continue;
      const before = gradients.get(name);
      gradients.set(name, before === undefined ? gradient : operations.add(before, gradient));
    }
  }
  return values.map((value) => {
    const gradient = gradients.get(value);
    if (gradient === undefined) throw new ModelError(`"${output}" does not depend on "${value}".`);
    return gradient;
  });
}
