import type { VitGeometry } from '../vision-geometry.ts';
import { type CanonicalTensor, each, fusedAttention, linear, norm, plain } from './canonical-tensor.ts';

function block(index: number, { width, hidden }: VitGeometry): CanonicalTensor[] {
  const name = `visual.transformer.resblocks.${index}`;
  return [
    ...norm(`${name}.ln_1`, width),
    ...fusedAttention(`${name}.attn`, width),
    ...linear(`${name}.attn.out_proj`, width, width),
    ...norm(`${name}.ln_2`, width),
    ...linear(`${name}.mlp.c_fc`, hidden, width),
    ...linear(`${name}.mlp.c_proj`, width, hidden),
  ];
}

/** Every tensor of a vision transformer, in a fixed order. */
export function vitTensors(vision: VitGeometry, embedding: number): CanonicalTensor[] {
  const { width, patchSize, imageSize, layers } = vision;
  const patches = (imageSize / patchSize) ** 2;
  return [
    plain('visual.class_embedding', [width]),
    plain('visual.positional_embedding', [1 + patches, width]),
    plain('visual.conv1.weight', [width, 3, patchSize, patchSize]),
    ...norm('visual.ln_pre', width),
    ...each(layers, (index) => block(index, vision)),
    ...norm('visual.ln_post', width),
    plain('visual.proj', [width, embedding]),
  ];
}
