import type { RetClipWeights } from '../checkpoint/weights.ts';
import { GraphBuilder } from './graph-builder.ts';
import { Layers, wholeLinear } from './layers.ts';

/**
 * RET-CLIP's mappings behind the vision tower. Inputs `left_visual`, `right_visual` float32 [batch, embedding]; outputs
 * `left`, `right` (of each eye) and `patient` (of both eyes concatenated) float32 [batch, embedding], not normalised.
 */
export function fusionGraph(weights: RetClipWeights): GraphBuilder {
  const { embedding } = weights.geometry;
  const graph = new GraphBuilder('fusion');
  const layers = new Layers(graph, weights, 'fp32');
  const shape = ['batch', embedding];
  const left = graph.input('left_visual', 'float32', shape);
  const right = graph.input('right_visual', 'float32', shape);
  const pair = graph.node('Concat', [left, right], { attributes: { axis: 1 } });
  const map = (name: string, value: string, inputs: number): string =>
    layers.linear(value, wholeLinear(`${name}_feature_mapping`, embedding, inputs, false));
  graph.output('left', 'float32', shape, map('left', left, embedding));
  graph.output('right', 'float32', shape, map('right', right, embedding));
  graph.output('patient', 'float32', shape, map('global', pair, 2 * embedding));
  return graph;
}
