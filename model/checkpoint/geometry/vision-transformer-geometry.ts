import type { VisionTransformerGeometry } from '../vision-geometry.ts';
import type { Evidence } from './evidence.ts';

/** @throws CheckpointMismatchError naming the tensor at fault */
export function visionTransformerGeometry(evidence: Evidence): VisionTransformerGeometry {
  const [width = 0, , patchSize = 0] = evidence.shape('visual.conv1.weight', 4);
  const side = evidence.side('visual.positional_embedding');
  const [hidden = 0] = evidence.shape('visual.transformer.resblocks.0.mlp.c_fc.weight', 2);
  return {
    kind: 'vit',
    imageSize: side * patchSize,
    patchSize,
    width,
    layers: evidence.layers('visual.transformer.resblocks.'),
    heads: evidence.heads('vision', width),
    hidden,
  };
}
