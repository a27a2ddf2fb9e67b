import { type ToldGeometry, textHeads } from './geometry/attention-heads.ts';
import { type CheckpointEvidence, Evidence } from './geometry/evidence.ts';
import { mbconvBody } from './geometry/mbconv-geometry.ts';
import { resnetGeometry } from './geometry/resnet-geometry.ts';
import { type FoundGeometry, vitGeometry } from './geometry/vit-geometry.ts';
import type { VisionGeometry } from './vision-geometry.ts';
import type { Geometry } from './weights.ts';

/** The kind of a vision tower, by names that only it has. */
function kindOf(evidence: Evidence): VisionGeometry['kind'] {
  if (evidence.names.some((name) => /^visual\.(?:stem|blocks)\./.test(name))) return 'mbconv';
  return evidence.names.some((name) => /^visual\.(?:layer\d|attnpool)\./.test(name)) ? 'resnet' : 'vit';
}

/** @throws UntoldGeometryError if something is told that the tower does not have */
function refuseUnusedWords(
  evidence: Evidence,
  kind: VisionGeometry['kind'],
  { visionHeads, visionActivation }: ToldGeometry,
): void {
  if (kind === 'mbconv' && visionHeads !== undefined) {
    throw evidence.untold(
      `--vision-heads ${visionHeads} was given, but its vision tower is of convolutions and has no attention. Leave it out`,
    );
  }
  if (kind !== 'vit' && visionActivation !== undefined) {
    throw evidence.untold(
      `--vision-activation ${visionActivation} was given, but its vision tower is no transformer. Leave it out`,
    );
  }
}

async function visionGeometry(
  evidence: Evidence,
  told: ToldGeometry,
): Promise<FoundGeometry<VisionGeometry> & { readonly embedding: number }> {
  const kind = kindOf(evidence);
  refuseUnusedWords(evidence, kind, told);
  switch (kind) {
    case 'vit':
      return {
        ...vitGeometry(evidence, told),
        embedding: evidence.shape('visual.proj', 2)[1] ?? 0,
      };
    case 'mbconv': {
      const body = await mbconvBody(evidence, 'visual.');
      const embedding = evidence.shape('visual.proj', 2)[1] ?? 0;
      return { geometry: { kind, ...body }, assumptions: [], embedding };
    }
    case 'resnet':
      return {
        ...resnetGeometry(evidence, told),
        embedding: evidence.shape('visual.attnpool.c_proj.weight', 2)[0] ?? 0,
      };
  }
}

/**
 * Finds every size of a model: by the shapes of its tensors, by the buffers that a convolutional tower keeps, and, of
 * attention heads, which neither tells, by published configurations or what its owner says.
 *
 * @returns the sizes, and what of them was assumed, in words
 * @throws CheckpointMismatchError naming the tensor at fault; UntoldGeometryError naming what is to be told
 */
export async function geometryOf(
  checkpoint: CheckpointEvidence,
  told: ToldGeometry = {},
): Promise<FoundGeometry<Geometry>> {
  const evidence = new Evidence(checkpoint);
  const vision = await visionGeometry(evidence, told);
  const [vocabulary = 0, width = 0] = evidence.shape('bert.embeddings.word_embeddings.weight', 2);
  const [positions = 0] = evidence.shape('bert.embeddings.position_embeddings.weight', 2);
  const [tokenTypes = 0] = evidence.shape('bert.embeddings.token_type_embeddings.weight', 2);
  const [hidden = 0] = evidence.shape('bert.encoder.layer.0.intermediate.dense.weight', 2);
  const layers = evidence.layers('bert.encoder.layer.');
  const { heads, assumptions } = textHeads(evidence, { width, layers }, told);
  return {
    geometry: {
      vision: vision.geometry,
      text: { vocabulary, positions, width, layers, heads, hidden, tokenTypes },
      embedding: vision.embedding,
    },
    assumptions: [...vision.assumptions, ...assumptions],
  };
}
