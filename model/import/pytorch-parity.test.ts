import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type MbconvClassifier, openMbconvClassifier } from '../checkpoint/open-mbconv-classifier.ts';
import { openRetClipWeights } from '../checkpoint/open-retclip-weights.ts';
import { UntoldGeometryError } from '../errors.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { Layers, precisionsOf } from '../onnx/layers.ts';
import { mbconv, projectPooled } from '../onnx/mbconv.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { cosine } from '../reference/cosine.ts';
import { visionReference } from '../reference/vision-reference.ts';
import { FusionSession } from '../runtime/fusion-session.ts';
import { floatsOf, VisionSession } from '../runtime/vision-session.ts';
import { LEAST_COSINES } from '../verification/verify-bundle.ts';
import { importCheckpoint } from './import-checkpoint.ts';

/** What `model/reference/pytorch/make_fixtures.py` wrote: random checkpoints, and their features by PyTorch. */
const fixture = (name: string) => fileURLToPath(new URL(`../reference/pytorch/${name}`, import.meta.url));
const expectedSchema = z.object({ imageSize: z.number(), features: z.array(z.array(z.number())) });

/** The pictures that the script makes, uint8 [pictures, size, size, 3]. */
function images(count: number, size: number): Uint8Array {
  const bytes = size * size * 3;
  return Uint8Array.from({ length: count * bytes }, (_, place) => {
    const image = Math.floor(place / bytes);
    const index = place % bytes;
    return (Math.floor(index / (5 + 37 * image)) * 53 + (index % 3) * 90 * image) % 256;
  });
}

async function expectedOf(name: string) {
  const { imageSize, features } = expectedSchema.parse(
    JSON.parse(await readFile(fixture(`${name}.expected.json`), 'utf8')),
  );
  return { features, pixels: images(features.length, imageSize) };
}

/** The largest difference, relative to the largest value. */
function difference(found: Float32Array, expected: readonly number[][]): number {
  const flat = expected.flat();
  expect(found).toHaveLength(flat.length);
  const largest = Math.max(...flat.map(Math.abs));
  return Math.max(...flat.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)))) / largest;
}

/** What the script made them with and no tensor tells. The text tower's single head is 64 wide. */
const TOLD = {
  mbconv: {},
  resnet: { visionHeads: 2 },
  vit: { visionHeads: 2 },
} as const;
const NAMES = ['mbconv', 'resnet', 'vit'] as const;

describe.each(NAMES)('the checkpoint %s, against PyTorch', (name) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pytorch-'));
    const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
    await writeFile(
      join(directory, 'vocab.txt'),
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'),
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('has its features in the graphs that ship', async () => {
    const { features, pixels } = await expectedOf(name);
    const bundle = await importCheckpoint({
      checkpoint: fixture(`${name}.pt`),
      vocabulary: join(directory, 'vocab.txt'),
      out: join(directory, 'bundle'),
      told: TOLD[name],
    });
    for (const precision of precisionsOf(bundle.manifest.geometry.vision.kind)) {
      const session = await VisionSession.load(bundle, { precision, provider: 'cpu' });
      const found = await session.run(pixels);
      await session.release();
      if (precision === 'fp32') expect(difference(found, features)).toBeLessThan(1e-5);
      for (const [index, row] of features.entries()) {
        const part = found.subarray(index * row.length, (index + 1) * row.length);
        expect(cosine(part, row)).toBeGreaterThanOrEqual(LEAST_COSINES[precision]);
      }
    }
  });

  it('has its features in the plain reference that bundles are verified by', async () => {
    const { features, pixels } = await expectedOf(name);
    const weights = await openRetClipWeights(fixture(`${name}.pt`), TOLD[name]);
    expect(difference(await visionReference(weights, pixels, features.length), features)).toBeLessThan(1e-5);
    await weights.close();
  });
});

describe('a vision transformer whose heads are 80 channels wide', () => {
  const path = fixture('vit.pt');
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heads-of-80-'));
    await writeFile(
      join(directory, 'vocab.txt'),
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'),
    );
  });
  afterAll(() => rm(directory, { recursive: true }));
  const importWith = (out: string, visionHeads: number) =>
    importCheckpoint({
      checkpoint: path,
      vocabulary: join(directory, 'vocab.txt'),
      out: join(directory, out),
      precisions: ['fp32'],
      told: { visionHeads },
    });

  it('is refused until its owner tells how many there are, naming width and option', async () => {
    await expect(openRetClipWeights(path)).rejects.toThrow(UntoldGeometryError);
    await expect(openRetClipWeights(path)).rejects.toThrow(/width 160, 2 layers, patch 8.*--vision-heads N/);
    await expect(openRetClipWeights(path)).rejects.toThrow(/such as .*2 \(80 channels each\)/);
  });

  it.each([3, 0, 2.5])('is refused %s heads, which do not share its width', async (visionHeads) => {
    const opened = openRetClipWeights(path, { visionHeads });
    await expect(opened).rejects.toThrow(UntoldGeometryError);
    await expect(opened).rejects.toThrow(/--vision-heads .* does not divide the 160 channels/);
  });

  it('maps a left and another right eye as PyTorch does, and keeps its heads in the manifest', async () => {
    const { features, pixels } = await expectedOf('vit');
    const { mapped } = z
      .object({ mapped: z.record(z.enum(['left', 'right', 'patient']), z.array(z.number())) })
      .parse(JSON.parse(await readFile(fixture('vit.expected.json'), 'utf8')));
    const bundle = await importWith('bundle', 2);
    expect(bundle.manifest.geometry.vision).toMatchObject({ kind: 'vit', width: 160, heads: 2 });
    expect(bundle.manifest.provenance.assumptions).toEqual([
      expect.stringMatching(/^text heads: 1 of 64 channels/),
    ]);
    const vision = await VisionSession.load(bundle, { precision: 'fp32', provider: 'cpu' });
    const fusion = await FusionSession.load(bundle);
    const visual = await vision.run(pixels);
    const width = features[0]?.length ?? 0;
    const fused = await fusion.run(visual.slice(0, width), visual.slice(width, 2 * width));
    for (const level of ['left', 'right', 'patient'] as const) {
      expect(difference(fused[level], [mapped[level] ?? []]), level).toBeLessThan(1e-5);
    }
    await vision.release();
    await fusion.release();
  });

  it('computes something else with another number of heads: only its owner can tell', async () => {
    const { features, pixels } = await expectedOf('vit');
    const session = await VisionSession.load(await importWith('other', 4), {
      precision: 'fp32',
      provider: 'cpu',
    });
    expect(difference(await session.run(pixels), features)).toBeGreaterThan(0.02);
    await session.release();
  });
});

/** The classifier's logits as one graph: uint8 `pixels` [batch, size, size, 3] in, float32 [batch, outputs] out. */
function classifierGraph(classifier: MbconvClassifier): GraphBuilder {
  const { body, outputs, prefix } = classifier;
  const graph = new GraphBuilder('classifier');
  const layers = new Layers(graph, classifier, 'fp32');
  const pixels = graph.input('pixels', 'uint8', ['batch', body.imageSize, body.imageSize, 3]);
  const pooled = mbconv(layers, pixels, classifier, body, prefix);
  const projection = { weight: `${prefix}proj`, bias: `${prefix}bias`, outputs };
  const logits = projectPooled(layers, pooled, classifier, projection);
  graph.output('logits', 'float32', ['batch', outputs], logits);
  return graph;
}

describe('an MBConv classifier, against PyTorch', () => {
  it('gives its logits, and a picture the same in every batch', async () => {
    const { features, pixels } = await expectedOf('classifier');
    const classifier = await openMbconvClassifier(fixture('classifier.pt'));
    const { imageSize } = classifier.body;
    const session = await InferenceSession.create(await encodeModel(classifierGraph(classifier)));
    await classifier.close();
    const logits = async (bytes: Uint8Array) => {
      const shape = [bytes.length / (imageSize * imageSize * 3), imageSize, imageSize, 3];
      return floatsOf(await session.run({ pixels: new Tensor('uint8', bytes, shape) }), 'logits');
    };
    const found = await logits(pixels);
    expect(difference(found, features)).toBeLessThan(1e-5);
    expect(await logits(pixels.subarray(0, imageSize * imageSize * 3))).toEqual(
      found.subarray(0, classifier.outputs),
    );
    await session.release();
  });

  it('is refused by the tensor that is missing', async () => {
    await expect(openMbconvClassifier(fixture('mbconv.pt'))).rejects.toThrow(/"visual.bias" is missing/);
  });
});
