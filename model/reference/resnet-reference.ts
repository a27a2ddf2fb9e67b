import { pooledWidth, type ResnetGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import type { Value } from './graph-run.ts';
import { normalisedPlanes } from './normalised-planes.ts';
import type { PlainGraph } from './plain-graphs.ts';
import { plainStep } from './plain-step.ts';

const EPSILON = 1e-5;

function normed(plain: PlainGraph, value: string, kernels: string, norm: string, stride = 1): string {
  return plain.batchNorm(plain.convolution(value, kernels, { stride }), norm, EPSILON);
}

function active(plain: PlainGraph, value: string, name: string, place: number, stride = 1): string {
  return plain.graph.node('Relu', [
    normed(plain, value, `${name}.conv${place}`, `${name}.bn${place}`, stride),
  ]);
}

function halve(plain: PlainGraph, value: string): string {
  return plain.graph.node('AveragePool', [value], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  });
}

function bottleneck(
  plain: PlainGraph,
  value: string,
  name: string,
  halves: boolean,
  downsamples: boolean,
): string {
  const inner = active(plain, active(plain, value, name, 1), name, 2);
  const change = normed(plain, halves ? halve(plain, inner) : inner, `${name}.conv3`, `${name}.bn3`);
  const kept = halves ? halve(plain, value) : value;
  const identity = downsamples ? normed(plain, kept, `${name}.downsample.0`, `${name}.downsample.1`) : kept;
  return plain.graph.node('Relu', [plain.graph.node('Add', [change, identity])]);
}

/** Every position and their mean attend to all; the mean's answer is projected. */
function attentionPool(
  plain: PlainGraph,
  value: string,
  shape: { readonly length: number; readonly width: number; readonly heads: number },
): string {
  const { graph } = plain;
  const { length, width } = shape;
  const rows = graph.node('Transpose', [graph.reshape(value, [-1, width, length - 1])], {
    attributes: { perm: [0, 2, 1] },
  });
  const mean = graph.node('ReduceMean', [rows], { attributes: { axes: [1], keepdims: 1 } });
  const tokens = graph.node('Add', [
    graph.node('Concat', [mean, rows], { attributes: { axis: 1 } }),
    plain.tensor('visual.attnpool.positional_embedding'),
  ]);
  const mixed = plain.attention(graph.reshape(tokens, [-1, width]), 'visual.attnpool', shape);
  const first = graph.node('Gather', [graph.reshape(mixed, [-1, length, width]), graph.integers([0])], {
    attributes: { axis: 1 },
  });
  return plain.linear(graph.reshape(first, [-1, width]), 'visual.attnpool.c_proj');
}

/**
 * A ResNet's features, computed bottleneck by bottleneck with convolutions and batch norms apart.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns float32 [batch, embedding]
 */
export async function resnetReference(
  weights: NamedTensors,
  vision: ResnetGeometry,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const { imageSize, width, layers, heads } = vision;
  let side = imageSize / 4;
  let value: Value = await plainStep(weights, normalisedPlanes(pixels, batch, imageSize), {
    shape: [batch, width, side, side],
    build: (plain, planes) => {
      const first = active(plain, planes, 'visual', 1, 2);
      return halve(plain, active(plain, active(plain, first, 'visual', 2), 'visual', 3));
    },
  });
  for (const [stage, count] of layers.entries()) {
    for (let index = 0; index < count; index += 1) {
      const halves = stage > 0 && index === 0;
      if (halves) side /= 2;
      value = await plainStep(weights, value, {
        shape: [batch, width * 2 ** stage * 4, side, side],
        build: (plain, input) =>
          bottleneck(plain, input, `visual.layer${stage + 1}.${index}`, halves, index === 0),
      });
    }
  }
  const [embedding = 0] = weights.shapes.get('visual.attnpool.c_proj.weight') ?? [];
  const visual = await plainStep(weights, value, {
    shape: [batch, embedding],
    build: (plain, input) =>
      attentionPool(plain, input, { length: 1 + side * side, width: pooledWidth(vision), heads }),
  });
  return visual.data;
}
