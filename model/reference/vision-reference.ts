import type { RetClipWeights } from '../checkpoint/weights.ts';
import { invertedResidualReference } from './inverted-residual-reference.ts';
import { modifiedResNetReference } from './modified-resnet-reference.ts';
import { visionTransformerReference } from './vision-transformer-reference.ts';

/**
 * The vision tower's features, computed after the formulas, with the weights of one block in memory.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns float32 [batch, embedding]
 */
export function visionReference(
  weights: RetClipWeights,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const { vision } = weights.geometry;
  switch (vision.kind) {
    case 'vit':
      return visionTransformerReference(weights, vision, pixels, batch);
    case 'mbconv':
      return invertedResidualReference(weights, vision, pixels, batch);
    case 'resnet':
      return modifiedResNetReference(weights, vision, pixels, batch);
  }
}
