import type { GraphBuilder } from '../graph-builder.ts';

/** A node of a graph, as it is stored. */
export interface GraphNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute?: readonly {
    readonly name: string;
    readonly f?: number;
    readonly i?: number;
    readonly ints?: readonly number[];
  }[];
}

export function nodesOf(graph: GraphBuilder): readonly GraphNode[] {
  return graph.nodes as readonly GraphNode[];
}

function attributeOf({ attribute = [] }: GraphNode, name: string) {
  return attribute.find((one) => one.name === name);
}

/** A list of integers, or the default where the node leaves it out. */
export function integersOf(node: GraphNode, name: string, otherwise: readonly number[]): readonly number[] {
  return attributeOf(node, name)?.ints ?? otherwise;
}

export function integerOf(node: GraphNode, name: string, otherwise: number): number {
  return attributeOf(node, name)?.i ?? otherwise;
}

export function floatOf(node: GraphNode, name: string, otherwise: number): number {
  return attributeOf(node, name)?.f ?? otherwise;
}
