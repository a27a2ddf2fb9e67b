import type { InvertedResidualClassifier } from '../checkpoint/open-inverted-residual-classifier.ts';
import { GraphBuilder } from './graph-builder.ts';
import { invertedResiduals, projectPooled } from './inverted-residuals.ts';
import { Layers, type Precision } from './layers.ts';

/**
 * A small network of inverted residuals with a plain linear output.
 *
 * Input `pixels` uint8 [batch, size, size, 3], RGB as decoded; output `logits` float32 [batch, outputs]. A picture's
 * logits are the same in whatever batch it stands.
 */
export function classifierGraph(
  classifier: InvertedResidualClassifier,
  precision: Exclude<Precision, 'int8'>,
): GraphBuilder {
  const { body, outputs, prefix } = classifier;
  const graph = new GraphBuilder('classifier');
  const layers = new Layers(graph, classifier, precision);
  const pixels = graph.input('pixels', 'uint8', ['batch', body.imageSize, body.imageSize, 3]);
  const pooled = invertedResiduals(layers, pixels, classifier, body, prefix);
  const logits = projectPooled(layers, pooled, classifier, {
    weight: `${prefix}proj`,
    bias: `${prefix}bias`,
    outputs,
  });
  graph.output('logits', 'float32', ['batch', outputs], layers.asFloat32(logits));
  return graph;
}
