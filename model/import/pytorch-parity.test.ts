import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LEAST_COSINES } from '../bundle/index.ts';
import { openInvertedResidualClassifier } from '../checkpoint/open-inverted-residual-classifier.ts';
import { openRetClipWeights } from '../checkpoint/open-retclip-weights.ts';
import { classifierGraph } from '../onnx/classifier-graph.ts';
import { precisionsOf } from '../onnx/layers.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { cosine } from '../reference/cosine.ts';
import { visionReference } from '../reference/vision-reference.ts';
import { floatsOf, VisionSession } from '../runtime/vision-session.ts';
import { importCheckpoint } from './import-checkpoint.ts';

/** What `model/reference/pytorch/make_fixtures.py` wrote: random checkpoints, and their features by PyTorch. */
const fixture = (name: string) => fileURLToPath(new URL(`../reference/pytorch/${name}`, import.meta.url));
const expectedSchema = z.object({ imageSize: z.number(), features: z.array(z.array(z.number())) });

/** The pictures that the script makes, uint8 [pictures, size, size, 3]. */
function pictures(count: number, size: number): Uint8Array {
  const bytes = size * size * 3;
  return Uint8Array.from({ length: count * bytes }, (_, place) => {
    const picture = Math.floor(place / bytes);
    const index = place % bytes;
    return (Math.floor(index / (5 + 37 * picture)) * 53 + (index % 3) * 90 * picture) % 256;
  });
}

async function expectedOf(name: string) {
  const { imageSize, features } = expectedSchema.parse(
    JSON.parse(await readFile(fixture(`${name}.expected.json`), 'utf8')),
  );
  return { features, pixels: pictures(features.length, imageSize) };
}

/** The largest difference, relative to the largest value. */
function difference(found: Float32Array, expected: readonly number[][]): number {
  const flat = expected.flat();
  expect(found).toHaveLength(flat.length);
  const largest = Math.max(...flat.map(Math.abs));
  return Math.max(...flat.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)))) / largest;
}

describe.each(['inverted-residuals', 'modified-resnet'])('the checkpoint %s, against PyTorch', (name) => {
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
    const weights = await openRetClipWeights(fixture(`${name}.pt`));
    expect(difference(await visionReference(weights, pixels, features.length), features)).toBeLessThan(1e-5);
    await weights.close();
  });
});

describe('a classifier of inverted residuals, against PyTorch', () => {
  it('gives its logits, and a picture the same in every batch', async () => {
    const { features, pixels } = await expectedOf('classifier');
    const classifier = await openInvertedResidualClassifier(fixture('classifier.pt'));
    const { imageSize } = classifier.body;
    const session = await InferenceSession.create(await encodeModel(classifierGraph(classifier, 'fp32')));
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
    await expect(openInvertedResidualClassifier(fixture('inverted-residuals.pt'))).rejects.toThrow(
      /"visual.bias" is missing/,
    );
  });
});
