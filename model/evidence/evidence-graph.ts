import type { Manifest } from '../bundle/manifest.ts';
import { ModelError } from '../errors.ts';
import { addGradients } from '../onnx/gradient/derive.ts';
import { integersOf, nodesOf } from '../onnx/gradient/graph-node.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { weightsFileOf } from '../onnx/write-model.ts';

type VisionGeometry = Manifest['geometry']['vision'];

/** Values of a tower at which it is asked what speaks for a score. */
interface Taps {
  /** The last one that still has places. */
  readonly deep: string;
  /** One before, of finer places or before more of the layers. */
  readonly fine: string;
}

function lastOf<Item>(items: readonly Item[], is: (item: Item) => boolean, what: string): Item {
  const found = items.findLast(is);
  if (found === undefined) throw new ModelError(`The vision graph has no ${what}.`);
  return found;
}

/** Behind the last convolution, and before the last stride: twice as fine. */
function convolutionalTaps(graph: GraphBuilder): Taps {
  const nodes = nodesOf(graph);
  const pool = lastOf(nodes, ({ opType }) => opType === 'GlobalAveragePool', 'mean over positions');
  const strides = (node: (typeof nodes)[number]) =>
    node.opType === 'Conv' && integersOf(node, 'strides', [1])[0] === 2;
  const stride = lastOf(nodes, strides, 'stride');
  return { deep: pool.input[0] ?? '', fine: stride.input[0] ?? '' };
}

/** What the class token takes from the others, and what the last block is given of them. */
function transformerTaps(graph: GraphBuilder): Taps {
  const nodes = nodesOf(graph);
  const attention = lastOf(nodes, ({ opType }) => opType === 'MultiHeadAttention', 'attention');
  const deep = attention.input[2] ?? '';
  const makerOf = (value: string) =>
    lastOf(nodes, ({ output }) => output.includes(value), `maker of ${value}`);
  const linear = makerOf(makerOf(deep).input[0] ?? '');
  return { deep, fine: linear.input[0] ?? '' };
}

/** Sums of gradient times value over the channels, for each place. @returns [sums, places] */
function shares(graph: GraphBuilder, value: string, gradient: string, tokens: number | null): string {
  if (tokens === null) {
    const product = graph.node('Mul', [gradient, value]);
    const sum = graph.node('ReduceSum', [product, graph.integers([1])], { attributes: { keepdims: 0 } });
    return graph.node('Flatten', [sum], { attributes: { axis: 1 } });
  }
  const shape = graph.node('Concat', [graph.integers([-1, tokens]), width(graph, value)], {
    attributes: { axis: 0 },
  });
  const product = graph.node('Mul', [
    graph.node('Reshape', [gradient, shape]),
    graph.node('Reshape', [value, shape]),
  ]);
  return graph.node('ReduceSum', [product, graph.integers([-1])], { attributes: { keepdims: 0 } });
}

/** Size of the last axis, as a shape of one. */
function width(graph: GraphBuilder, value: string): string {
  return graph.node('Slice', [graph.node('Shape', [value]), graph.integers([-1]), graph.integers([2 ** 31])]);
}

/** Pixels of the picture from one place of a convolutional tower's value to the next. */
function strideOf(graph: GraphBuilder, value: string): number {
  let stride = 1;
  for (const node of nodesOf(graph)) {
    if (node.opType === 'Conv') stride *= integersOf(node, 'strides', [1])[0] ?? 1;
    if (node.output.includes(value)) return stride;
  }
  throw new ModelError(`The vision graph has no value "${value}".`);
}

/** A graph that gives evidence, and how its places lie over the picture. */
export interface EvidenceGraph {
  readonly graph: GraphBuilder;
  /** Pixels from one place to the next, the first at pixel 0; `null` of a transformer, whose patches tile the picture. */
  readonly strides: { readonly deep: number; readonly fine: number } | null;
}

/** Whether a kind of tower has an evidence graph. Of the others occlusion tells. */
export function hasEvidenceGraph({ geometry, variants, files }: Manifest): boolean {
  const { kind } = geometry.vision;
  // The second graph is made in memory, where it may have 2 GiB like any other.
  const isLarge = Object.hasOwn(files, weightsFileOf(variants.fp32?.vision ?? ''));
  return (kind === 'mbconv' || kind === 'vit') && !isLarge;
}

/**
 * Makes of a tower's graph a second one, which says what each place of a picture adds to a sum of its features.
 *
 * Inputs: `pixels` uint8 [1, size, size, 3], and `weights` float32 [sums, embedding], by which the features are summed. Outputs,
 * float32 [sums, places]: `activation`, the channels behind the last layer that has places, weighted by what the sum makes of
 * them (class activation: Zhou et al., arXiv 1512.04150; of a convolutional tower these add up to the sum exactly, of a
 * transformer they are what the class token takes from each place); and `gradient`, the sum's gradient times the value at an
 * earlier layer (arXiv 1605.01713). A transformer's places begin with the class token.
 *
 * @param graph the tower's; it is added to
 * @throws ModelError if the graph is not one of such a tower
 */
export function addEvidence(graph: GraphBuilder, vision: VisionGeometry, embedding: number): EvidenceGraph {
  const isTransformer = vision.kind === 'vit';
  const taps = isTransformer ? transformerTaps(graph) : convolutionalTaps(graph);
  const { deep, fine } = taps;
  const strides = isTransformer ? null : { deep: strideOf(graph, deep), fine: strideOf(graph, fine) };
  const tokens = vision.kind === 'vit' ? 1 + (vision.imageSize / vision.patchSize) ** 2 : null;
  const weights = graph.input('weights', 'float32', ['sums', embedding]);
  const [toDeep = '', toFine = ''] = addGradients(graph, 'visual', weights, [deep, fine]);
  graph.output('activation', 'float32', ['sums', 'deep'], shares(graph, deep, toDeep, tokens));
  graph.output('gradient', 'float32', ['sums', 'fine'], shares(graph, fine, toFine, tokens));
  return { graph, strides };
}
