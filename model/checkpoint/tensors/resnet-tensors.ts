import { pooledWidth, type ResnetGeometry } from '../vision-geometry.ts';
import { batchNorm, type CanonicalTensor, each, fusedAttention, linear, plain } from './canonical-tensor.ts';

/** A bottleneck gives this many channels for one inside of it. */
export const BOTTLENECK_EXPANSION = 4;

function bottleneck(name: string, input: number, planes: number, downsamples: boolean): CanonicalTensor[] {
  const output = planes * BOTTLENECK_EXPANSION;
  return [
    plain(`${name}.conv1.weight`, [planes, input, 1, 1]),
    ...batchNorm(`${name}.bn1`, planes),
    plain(`${name}.conv2.weight`, [planes, planes, 3, 3]),
    ...batchNorm(`${name}.bn2`, planes),
    plain(`${name}.conv3.weight`, [output, planes, 1, 1]),
    ...batchNorm(`${name}.bn3`, output),
    ...(downsamples
      ? [
          plain(`${name}.downsample.0.weight`, [output, input, 1, 1]),
          ...batchNorm(`${name}.downsample.1`, output),
        ]
      : []),
  ];
}

/** Every tensor of a ResNet, in a fixed order. */
export function resnetTensors(vision: ResnetGeometry, embedding: number): CanonicalTensor[] {
  const { width, layers, imageSize } = vision;
  const half = width / 2;
  const pooled = pooledWidth(vision);
  return [
    plain('visual.conv1.weight', [half, 3, 3, 3]),
    ...batchNorm('visual.bn1', half),
    plain('visual.conv2.weight', [half, half, 3, 3]),
    ...batchNorm('visual.bn2', half),
    plain('visual.conv3.weight', [width, half, 3, 3]),
    ...batchNorm('visual.bn3', width),
    ...each(layers.length, (stage) => {
      const planes = width * 2 ** stage;
      const before = stage === 0 ? width : (planes / 2) * BOTTLENECK_EXPANSION;
      return each(layers[stage] ?? 0, (index) => {
        const input = index === 0 ? before : planes * BOTTLENECK_EXPANSION;
        return bottleneck(`visual.layer${stage + 1}.${index}`, input, planes, index === 0);
      });
    }),
    plain('visual.attnpool.positional_embedding', [1 + (imageSize / 32) ** 2, pooled]),
    ...fusedAttention('visual.attnpool', pooled),
    ...linear('visual.attnpool.c_proj', embedding, pooled),
  ];
}
