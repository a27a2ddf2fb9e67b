import type { ModifiedResNetGeometry } from '../vision-geometry.ts';
import type { Evidence } from './evidence.ts';

/** A ModifiedResNet's stem and stages shrink a side by this factor. */
const REDUCTION = 32;
const STAGES = [1, 2, 3, 4];

/** @throws CheckpointMismatchError naming the tensor at fault */
export function modifiedResNetGeometry(evidence: Evidence): ModifiedResNetGeometry {
  const [width = 0] = evidence.shape('visual.layer1.0.conv1.weight', 4);
  if (width % 2 !== 0) throw evidence.mismatch(`the residual network's width ${width} is odd`);
  return {
    kind: 'resnet',
    imageSize: evidence.side('visual.attnpool.positional_embedding') * REDUCTION,
    width,
    layers: STAGES.map((stage) => evidence.layers(`visual.layer${stage}.`)),
    heads: evidence.heads('vision', width * REDUCTION),
  };
}
