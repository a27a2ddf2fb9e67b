import type { GraphBuilder } from '../graph-builder.ts';
import { type GraphNode, integersOf, nodesOf } from './graph-node.ts';

/** The side that a convolution makes of another. */
function convolved(side: number, node: GraphNode, kernel: number): number {
  const [stride = 1] = integersOf(node, 'strides', [1, 1]);
  const [pad = 0] = integersOf(node, 'pads', [0, 0, 0, 0]);
  return Math.floor((side + 2 * pad - kernel) / stride) + 1;
}

/**
 * Width and height of every value of a convolutional tower, from its picture up to its mean over all positions.
 *
 * @returns by the values' names; empty where the graph takes no pictures
 */
export function planeSides(graph: GraphBuilder): ReadonlyMap<string, number> {
  const sides = new Map<string, number>();
  const [picture] = graph.inputs;
  const size = picture?.type.tensorType.shape.dim[1] as { readonly dimValue?: number } | undefined;
  if (picture === undefined || size?.dimValue === undefined) return sides;
  const kernels = new Map(graph.initializers.map(({ name, shape }) => [name, shape[2] ?? 1]));
  sides.set(picture.name, size.dimValue);
  for (const node of nodesOf(graph)) {
    const [value = '', weight = ''] = node.input;
    const [made = ''] = node.output;
    const side = sides.get(value);
    if (side === undefined) continue;
    if (node.opType === 'Conv') sides.set(made, convolved(side, node, kernels.get(weight) ?? 1));
    else sides.set(made, node.opType === 'GlobalAveragePool' ? 1 : side);
  }
  return sides;
}
