import type { RetClipWeights } from '../checkpoint/weights.ts';
import { mbconvReference } from './mbconv-reference.ts';
import { resnetReference } from './resnet-reference.ts';
import { vitReference } from './vit-reference.ts';

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
      return vitReference(weights, vision, pixels, batch);
    case 'mbconv':
      return mbconvReference(weights, vision, pixels, batch);
    case 'resnet':
      return resnetReference(weights, vision, pixels, batch);
  }
}
