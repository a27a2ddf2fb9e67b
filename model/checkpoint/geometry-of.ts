import { type CheckpointEvidence, Evidence } from './geometry/evidence.ts';
import { invertedResidualBody } from './geometry/inverted-residual-geometry.ts';
import { modifiedResNetGeometry } from './geometry/modified-resnet-geometry.ts';
import { visionTransformerGeometry } from './geometry/vision-transformer-geometry.ts';
import type { VisionGeometry } from './vision-geometry.ts';
import type { Geometry } from './weights.ts';

/** The kind of a vision tower, by names that only it has. */
function kindOf(evidence: Evidence): VisionGeometry['kind'] {
  if (evidence.names.some((name) => /^visual\.(?:stem|blocks)\./.test(name))) return 'mbconv';
  return evidence.names.some((name) => /^visual\.(?:layer\d|attnpool)\./.test(name)) ? 'resnet' : 'vit';
}

async function visionGeometry(evidence: Evidence): Promise<[VisionGeometry, embedding: number]> {
  switch (kindOf(evidence)) {
    case 'vit':
      return [visionTransformerGeometry(evidence), evidence.shape('visual.proj', 2)[1] ?? 0];
    case 'mbconv': {
      const body = await invertedResidualBody(evidence, 'visual.');
      return [{ kind: 'mbconv', ...body }, evidence.shape('visual.proj', 2)[1] ?? 0];
    }
    case 'resnet':
      return [modifiedResNetGeometry(evidence), evidence.shape('visual.attnpool.c_proj.weight', 2)[0] ?? 0];
  }
}

/**
 * Reads every size of a model from the shapes of its tensors and from the buffers that a convolutional tower keeps.
 *
 * @throws CheckpointMismatchError naming the tensor at fault
 */
export async function geometryOf(checkpoint: CheckpointEvidence): Promise<Geometry> {
  const evidence = new Evidence(checkpoint);
  const [vision, embedding] = await visionGeometry(evidence);
  const [vocabulary = 0, width = 0] = evidence.shape('bert.embeddings.word_embeddings.weight', 2);
  const [positions = 0] = evidence.shape('bert.embeddings.position_embeddings.weight', 2);
  const [tokenTypes = 0] = evidence.shape('bert.embeddings.token_type_embeddings.weight', 2);
  const [hidden = 0] = evidence.shape('bert.encoder.layer.0.intermediate.dense.weight', 2);
  return {
    vision,
    text: {
      vocabulary,
      positions,
      width,
      layers: evidence.layers('bert.encoder.layer.'),
      heads: evidence.heads('text', width),
      hidden,
      tokenTypes,
    },
    embedding,
  };
}
