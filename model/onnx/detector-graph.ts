import type { MbconvClassifier } from '../checkpoint/open-mbconv-classifier.ts';
import { resampleArea } from './area-resampling.ts';
import { GraphBuilder } from './graph-builder.ts';
import { Layers } from './layers.ts';
import { mbconv, projectPooled } from './mbconv.ts';
import { float32Bytes } from './weight-encoding.ts';

/** Numbers that the detector gives: logits of a left eye and of a gradable one. */
export const DETECTOR_OUTPUTS = 2;

/** Turns the columns of square pictures round. @param pictures [batch, channels, size, size] */
function mirror(graph: GraphBuilder, images: string, size: number): string {
  const [start, end, axis, step] = [-1, -1 - size, 3, -1];
  const limits = [start, end, axis, step].map((value) => graph.integers([value]));
  return graph.node('Slice', [images, ...limits]);
}

/**
 * The detector of a bundle. Each picture is looked at as it is and mirrored: a mirrored left eye is a right eye, so that
 * the laterality of the two is opposite by construction, `(f(x) - f(mirror x)) / 2`, and their gradability the same.
 *
 * Input `pixels` uint8 [batch, size, size, 3], RGB as decoded for the vision tower; output `logits` float32 [batch, 2]:
 * of a left eye, and of a gradable photograph.
 *
 * @param imageSize side of the bundle's pictures, in pixels; no smaller than the detector's own
 */
export function detectorGraph(classifier: MbconvClassifier, imageSize: number): GraphBuilder {
  const { body, prefix } = classifier;
  const graph = new GraphBuilder('detector');
  const layers = new Layers(graph, classifier, 'fp32');
  const pixels = graph.input('pixels', 'uint8', ['batch', imageSize, imageSize, 3]);
  const planes = graph.node('Transpose', [pixels], { attributes: { perm: [0, 3, 1, 2] } });
  const floats = graph.node('Cast', [planes], { attributes: { to: 1 } });
  const straight = resampleArea(graph, floats, imageSize, body.imageSize);
  const mirrored = mirror(graph, straight, body.imageSize);
  const both = graph.node('Concat', [straight, mirrored], { attributes: { axis: 0 } });
  const interleaved = graph.node('Transpose', [both], { attributes: { perm: [0, 2, 3, 1] } });
  const pooled = mbconv(layers, interleaved, classifier, body, prefix);
  const logits = projectPooled(layers, pooled, classifier, {
    weight: `${prefix}proj`,
    bias: `${prefix}bias`,
    outputs: DETECTOR_OUTPUTS,
  });
  // [straight and mirrored, batch, outputs]: the laterality of the mirrored picture counts against the straight one's.
  const paired = graph.reshape(logits, [2, -1, DETECTOR_OUTPUTS]);
  const signs = graph.initializer('signs', 'float32', [2, 1, DETECTOR_OUTPUTS], async () =>
    float32Bytes(Float32Array.of(1, 1, -1, 1)),
  );
  const mean = graph.node('ReduceMean', [graph.node('Mul', [paired, signs])], {
    attributes: { axes: [0], keepdims: 0 },
  });
  graph.output('logits', 'float32', ['batch', DETECTOR_OUTPUTS], mean);
  return graph;
}
