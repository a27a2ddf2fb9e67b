import type { ResnetGeometry } from '../vision-geometry.ts';
import { poolingHeads, type ToldGeometry } from './attention-heads.ts';
import type { Evidence } from './evidence.ts';
import type { FoundGeometry } from './vit-geometry.ts';

/** A ResNet's stem and stages shrink a side by this factor. */
const REDUCTION = 32;
const STAGES = [1, 2, 3, 4];

/** @throws CheckpointMismatchError naming the tensor at fault, or what is to be told */
export function resnetGeometry(evidence: Evidence, told: ToldGeometry): FoundGeometry<ResnetGeometry> {
  const [width = 0] = evidence.shape('visual.layer1.0.conv1.weight', 4);
  if (width % 2 !== 0) throw evidence.mismatch(`the residual network's width ${width} is odd`);
  const imageSize = evidence.side('visual.attnpool.positional_embedding') * REDUCTION;
  const layers = STAGES.map((stage) => evidence.layers(`visual.layer${stage}.`));
  const { heads, assumptions } = poolingHeads(evidence, { width, layers, attended: width * REDUCTION }, told);
  return { geometry: { kind: 'resnet', imageSize, width, layers, heads }, assumptions };
}
