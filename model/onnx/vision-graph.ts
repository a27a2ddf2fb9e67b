import type { RetClipWeights } from '../checkpoint/weights.ts';
import { GraphBuilder } from './graph-builder.ts';
import { Layers, type Precision } from './layers.ts';
import { mbconv, projectPooled } from './mbconv.ts';
import { resnet } from './resnet.ts';
import { vit } from './vit.ts';

/** @returns [batch, embedding] */
function tower(layers: Layers, pixels: string, weights: RetClipWeights): string {
  const { vision, embedding } = weights.geometry;
  switch (vision.kind) {
    case 'vit':
      return vit(layers, pixels, weights, vision);
    case 'mbconv': {
      const pooled = mbconv(layers, pixels, weights, vision, 'visual.');
      return projectPooled(layers, pooled, weights, {
        weight: 'visual.proj',
        bias: null,
        outputs: embedding,
      });
    }
    case 'resnet':
      return resnet(layers, pixels, weights, vision, embedding);
  }
}

/**
 * RET-CLIP's vision tower, of whichever kind the checkpoint has.
 *
 * Input `pixels` uint8 [batch, size, size, 3], RGB as decoded; output `visual` float32 [batch, embedding], not
 * normalised.
 */
export function visionGraph(weights: RetClipWeights, precision: Precision): GraphBuilder {
  const { vision, embedding } = weights.geometry;
  const graph = new GraphBuilder('vision');
  const layers = new Layers(graph, weights, precision);
  const pixels = graph.input('pixels', 'uint8', ['batch', vision.imageSize, vision.imageSize, 3]);
  const visual = layers.asFloat32(tower(layers, pixels, weights));
  graph.output('visual', 'float32', ['batch', embedding], visual);
  return graph;
}
