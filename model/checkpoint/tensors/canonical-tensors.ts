import type { Geometry } from '../weights.ts';
import { type CanonicalTensor, plain } from './canonical-tensor.ts';
import { mbconvTensors } from './mbconv-tensors.ts';
import { resnetTensors } from './resnet-tensors.ts';
import { textTensors } from './text-tensors.ts';
import { vitTensors } from './vit-tensors.ts';

function visionTensors({ vision, embedding }: Geometry): CanonicalTensor[] {
  switch (vision.kind) {
    case 'vit':
      return vitTensors(vision, embedding);
    case 'mbconv':
      return [...mbconvTensors(vision, 'visual.'), plain('visual.proj', [vision.pooled, embedding])];
    case 'resnet':
      return resnetTensors(vision, embedding);
  }
}

/** Every tensor of a RET-CLIP model of this geometry, in a fixed order. */
export function canonicalTensors(geometry: Geometry): CanonicalTensor[] {
  const { embedding } = geometry;
  return [
    ...visionTensors(geometry),
    plain('left_feature_mapping.weight', [embedding, embedding]),
    plain('right_feature_mapping.weight', [embedding, embedding]),
    plain('global_feature_mapping.weight', [embedding, 2 * embedding]),
    ...textTensors(geometry),
    ...['logit_scale', 'logit_scale_left', 'logit_scale_right'].map((name) => plain(name, [])),
  ];
}

/** Tensors that some checkpoints carry and the model does not use: a batch norm's count of batches is one. */
export function isUnused(name: string): boolean {
  return (
    name.startsWith('bert.pooler.') ||
    name === 'bert.embeddings.position_ids' ||
    name.endsWith('.num_batches_tracked')
  );
}
