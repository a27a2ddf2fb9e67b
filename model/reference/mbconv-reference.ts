import type { MbconvBlock, MbconvGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import type { Value } from './graph-run.ts';
import { normalisedPlanes } from './normalised-planes.ts';
import type { PlainGraph } from './plain-graphs.ts';
import { plainStep } from './plain-step.ts';

/** min(max(x, 0), 6) */
function relu6(plain: PlainGraph, value: string): string {
  return plain.graph.node('Min', [plain.graph.node('Relu', [value]), plain.number(6)]);
}

function block(
  plain: PlainGraph,
  value: string,
  name: string,
  geometry: MbconvBlock,
  epsilon: number,
): string {
  const { expands, stride, hidden, input, output } = geometry;
  const normed = (inner: string, part: string, options = {}): string =>
    plain.batchNorm(plain.convolution(inner, `${name}.${part}.conv`, options), `${name}.${part}.bn`, epsilon);
  const wide = expands ? relu6(plain, normed(value, 'expand')) : value;
  const filtered = relu6(plain, normed(wide, 'depthwise', { stride, groups: hidden }));
  const narrow = normed(filtered, 'project');
  return stride === 1 && input === output ? plain.graph.node('Add', [narrow, value]) : narrow;
}

/**
 * The features of an MBConv tower, computed block by block, with convolutions and batch norms as separate steps.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns float32 [batch, embedding]
 */
export async function mbconvReference(
  weights: NamedTensors,
  vision: MbconvGeometry,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const { imageSize, stem, blocks, pooled, batchNormEpsilon: epsilon } = vision;
  let side = Math.ceil(imageSize / 2);
  let value: Value = await plainStep(weights, normalisedPlanes(pixels, batch, imageSize), {
    shape: [batch, stem, side, side],
    build: (plain, planes) =>
      relu6(
        plain,
        plain.batchNorm(
          plain.convolution(planes, 'visual.stem.conv', { stride: 2 }),
          'visual.stem.bn',
          epsilon,
        ),
      ),
  });
  for (const [index, geometry] of blocks.entries()) {
    side = Math.ceil(side / geometry.stride);
    value = await plainStep(weights, value, {
      shape: [batch, geometry.output, side, side],
      build: (plain, input) => block(plain, input, `visual.blocks.${index}`, geometry, epsilon),
    });
  }
  const [, embedding = 0] = weights.shapes.get('visual.proj') ?? [];
  const visual = await plainStep(weights, value, {
    shape: [batch, embedding],
    build: (plain, input) => {
      const { graph } = plain;
      const convolved = plain.convolution(input, 'visual.head.conv');
      const active = relu6(plain, plain.batchNorm(convolved, 'visual.head.bn', epsilon));
      const places = graph.reshape(active, [batch, pooled, side * side]);
      const mean = graph.node('ReduceMean', [places], { attributes: { axes: [2], keepdims: 0 } });
      return graph.node('MatMul', [mean, plain.tensor('visual.proj')]);
    },
  });
  return visual.data;
}
