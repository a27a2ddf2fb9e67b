import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { loadSession } from '../runtime/session.ts';
import { areaWeights, resampleArea } from './area-resampling.ts';
import { GraphBuilder } from './graph-builder.ts';
import { writeModel } from './write-model.ts';

/** Each new pixel's mean, from sixty samples along each side of its area. */
function sampled(images: Float32Array, from: number, to: number): number[] {
  const samples = 60;
  return Array.from({ length: to * to }, (_, place) => {
    let sum = 0;
    for (let index = 0; index < samples * samples; index += 1) {
      const y = ((Math.floor(place / to) + (Math.floor(index / samples) + 0.5) / samples) * from) / to;
      const x = (((place % to) + ((index % samples) + 0.5) / samples) * from) / to;
      sum += images[Math.floor(y) * from + Math.floor(x)] ?? 0;
    }
    return sum / samples ** 2;
  });
}

it.each([
  [8, 4],
  [10, 4],
  [6, 5],
  [4, 4],
])('pictures of %i pixels become means of areas at %i pixels', async (from, to) => {
  const directory = await mkdtemp(join(tmpdir(), 'area-'));
  try {
    const graph = new GraphBuilder('area');
    const input = graph.input('images', 'float32', ['batch', 1, from, from]);
    graph.output('small', 'float32', ['batch', 1, to, to], resampleArea(graph, input, from, to));
    await writeModel(join(directory, 'area.onnx'), graph);
    const session = await loadSession(join(directory, 'area.onnx'), { provider: 'cpu' });
    const images = Float32Array.from({ length: 2 * from * from }, (_, index) => (index * 37) % 23);
    const { small } = await session.run({ images: new Tensor('float32', images, [2, 1, from, from]) });
    const expected = [0, 1].flatMap((image) =>
      sampled(images.subarray(image * from * from, (image + 1) * from * from), from, to),
    );
    for (const [index, value] of expected.entries()) expect(small?.data[index]).toBeCloseTo(value, 4);
    await session.release();
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('counts every new pixel as a whole one', () => {
  const weights = areaWeights(160, 112);
  for (let row = 0; row < 112; row += 1) {
    const sum = weights.subarray(row * 160, (row + 1) * 160).reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 5);
  }
});
