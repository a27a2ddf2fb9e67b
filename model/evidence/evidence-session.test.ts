import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { openBundle } from '../bundle/open-bundle.ts';
import { readModel } from '../onnx/read-model.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { floatsOf } from '../runtime/vision-session.ts';
import { addEvidence } from './evidence-graph.ts';
import { EvidenceSession } from './evidence-session.ts';

const DEFAULT = fileURLToPath(new URL('../../bundles/default', import.meta.url));
const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, index) => (index * 7919) % 251);

it('shares the whole score out among the places of a convolutional tower: they add up to it', async () => {
  const bundle = await openBundle(DEFAULT);
  const { vision, embedding } = bundle.manifest.geometry;
  const { graph, strides } = addEvidence(
    readModel(await readFile(`${DEFAULT}/vision.fp32.onnx`)),
    vision,
    embedding,
  );
  expect(strides).toEqual({ deep: 32, fine: 16 });
  const session = await InferenceSession.create(await encodeModel(graph), { logSeverityLevel: 3 });
  const labels = bundle.heads.find(({ feature }) => feature === 'visual')?.labels.slice(1, 3) ?? [];
  const weights = Float32Array.from(labels.flatMap((label) => label.weights));
  const outputs = await session.run({
    pixels: new Tensor('uint8', pixels, [1, 224, 224, 3]),
    weights: new Tensor('float32', weights, [2, embedding]),
  });
  const [visual, shares] = [floatsOf(outputs, 'visual'), floatsOf(outputs, 'activation')];
  for (const [index, label] of labels.entries()) {
    const score = label.weights.reduce((sum, weight, channel) => sum + weight * (visual[channel] ?? 0), 0);
    const own = shares.subarray((index * shares.length) / 2, ((index + 1) * shares.length) / 2);
    expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(score, 4);
  }
});

it("gives grids of the finer one's tiles, a label at a time or several", async () => {
  const bundle = await openBundle(DEFAULT);
  const session = await EvidenceSession.load(bundle, 1);
  const [first, second] = bundle.heads
    .filter(({ feature }) => feature === 'visual')
    .flatMap(({ labels }) => labels.slice(1, 3).map((label) => Float32Array.from(label.weights)));
  if (first === undefined || second === undefined) throw new Error('Expected a head of visual.');
  const both = await session.run(pixels, [first, second]);
  const [alone] = await session.run(pixels, [second]);
  expect([both[1]?.activation.side, both[1]?.gradient.side, both[1]?.combined.side]).toEqual([14, 14, 14]);
  const difference = Math.max(
    ...(alone?.gradient.values ?? []).map((value, place) =>
      Math.abs(value - (both[1]?.gradient.values[place] ?? 0)),
    ),
  );
  expect(difference).toBeLessThan(1e-4);
  expect(both[0]?.gradient.values).not.toEqual(both[1]?.gradient.values);
  await session.release();
});
