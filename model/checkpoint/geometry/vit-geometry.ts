import type { VitGeometry } from '../vision-geometry.ts';
import { type FoundHeads, type ToldGeometry, transformerHeads } from './attention-heads.ts';
import type { Evidence } from './evidence.ts';

/** A tower's sizes, and what of them was neither read nor told. */
export interface FoundGeometry<Geometry> extends Pick<FoundHeads, 'assumptions'> {
  readonly geometry: Geometry;
}

/** @throws CheckpointMismatchError naming the tensor at fault, or what is to be told */
export function vitGeometry(evidence: Evidence, told: ToldGeometry): FoundGeometry<VitGeometry> {
  const [width = 0, , patchSize = 0] = evidence.shape('visual.conv1.weight', 4);
  const side = evidence.side('visual.positional_embedding');
  const [hidden = 0] = evidence.shape('visual.transformer.resblocks.0.mlp.c_fc.weight', 2);
  const layers = evidence.layers('visual.transformer.resblocks.');
  const { heads, assumptions } = transformerHeads(evidence, { width, layers, patchSize }, told);
  return {
    geometry: {
      kind: 'vit',
      imageSize: side * patchSize,
      patchSize,
      width,
      layers,
      heads,
      hidden,
      ...(told.visionActivation === undefined ? {} : { activation: told.visionActivation }),
    },
    assumptions,
  };
}
