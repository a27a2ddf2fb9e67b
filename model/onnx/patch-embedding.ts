import type { VitGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import type { Layers } from './layers.ts';
import { normalisation } from './normalisation.ts';
import { float32Bytes } from './weight-encoding.ts';

/**
 * The first layer's weights for patches whose pixels lie interleaved as decoded: from [width, 3, patch, patch] to
 * [width, patch × patch × 3].
 */
function interleave(weights: Float32Array, width: number, patch: number): Float32Array {
  const area = patch * patch;
  const result = new Float32Array(weights.length);
  for (let output = 0; output < width; output += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (output * 3 + channel) * area;
      const to = output * 3 * area + channel;
      for (let pixel = 0; pixel < area; pixel += 1) result[to + pixel * 3] = weights[from + pixel] ?? 0;
    }
  }
  return result;
}

/**
 * Turns pictures into tokens: normalises, cuts patches, projects them, puts the class token before them and adds the
 * positions. The convolution of the reference has its stride as kernel, so it is a product with each patch.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns [batch × (1 + patches), width]
 */
export function patchEmbedding(
  layers: Layers,
  pixels: string,
  weights: NamedTensors,
  vision: VitGeometry,
): string {
  const { graph } = layers;
  const { imageSize, patchSize, width } = vision;
  const side = imageSize / patchSize;
  const patchBytes = patchSize * patchSize * 3;

  // Bytes are moved, not floats: a quarter of the traffic.
  const grid = graph.reshape(pixels, [-1, side, patchSize, side, patchSize * 3]);
  const cut = graph.node('Transpose', [grid], { attributes: { perm: [0, 1, 3, 2, 4] } });
  const patches = graph.reshape(cut, [-1, patchBytes]);
  const floats = graph.node('Cast', [patches], { attributes: { to: 1 } });

  const perPixel = (value: (channel: number) => number) => async () =>
    float32Bytes(Float32Array.from({ length: patchBytes }, (_, index) => value(index % 3)));
  const factor = graph.initializer(
    'normalise.factor',
    'float32',
    [patchBytes],
    perPixel((c) => normalisation(c).factor),
  );
  const offset = graph.initializer(
    'normalise.offset',
    'float32',
    [patchBytes],
    perPixel((c) => normalisation(c).offset),
  );
  const normalised = graph.node('Add', [graph.node('Mul', [floats, factor]), offset]);
  const input =
    layers.precision === 'fp16' ? graph.node('Cast', [normalised], { attributes: { to: 10 } }) : normalised;

  const kernel = layers.constant('visual.conv1.interleaved', [width, patchBytes], async () =>
    interleave(await weights.read('visual.conv1.weight'), width, patchSize),
  );
  const projected = graph.node('Gemm', [input, kernel], { attributes: { transB: 1 } });
  const tokens = graph.reshape(projected, [-1, side * side, width]);

  const batch = graph.node('Gather', [graph.node('Shape', [pixels]), graph.integers([0])], {
    attributes: { axis: 0 },
  });
  const shape = graph.node('Concat', [batch, graph.integers([1, width])], { attributes: { axis: 0 } });
  const classEmbedding = graph.node('Expand', [layers.tensor('visual.class_embedding'), shape]);
  const sequence = graph.node('Concat', [classEmbedding, tokens], { attributes: { axis: 1 } });
  const positioned = graph.node('Add', [sequence, layers.tensor('visual.positional_embedding')]);
  return graph.reshape(positioned, [-1, width]);
}
