import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { drawnHead } from '../rescore-worker/testing/population.ts';
import { isFlushed, watchFlushes } from '../test/flushes.ts';
import { GEOMETRIES, toldOf } from './checkpoint/testing/geometries.ts';
import { writeTorchCheckpoint } from './checkpoint/testing/write-checkpoint.ts';
import { FeatureCollection } from './cohort/index.ts';
import { writeHead } from './heads/write-head.ts';
import { importCheckpoint } from './import/import-checkpoint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-files-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe('what is written for good is on the disk', () => {
  it('of a head', async () => {
    const flushes = await watchFlushes();
    const path = join(folder, 'head.json');
    await writeHead(path, drawnHead('odir', 2, ['amd']));
    expect(await isFlushed(path, flushes)).toBe(true);
  });

  it('of a features file, before it has its name', async () => {
    const path = join(folder, 'features.safetensors');
    const collection = new FeatureCollection(1);
    const [left, right] = [1, 2].map((number) => ({
      visual: Float32Array.of(number),
      mapped: Float32Array.of(10 * number),
    }));
    const eyes = { left: left ?? null, right: right ?? null, patient: Float32Array.of(3) };
    collection.add({ patient: 'P1', exam: '1' }, eyes);
    const flushes = await watchFlushes(() => existsSync(path));
    await collection.write(path, {
      model: 'ab'.repeat(32),
      preprocessing: 'squash',
      trained: true,
      precision: null,
      equivalents: [],
    });
    expect(await isFlushed(path, flushes)).toBe(true);
    expect(flushes.map(({ seen }) => seen)).toEqual([false]);
  });

  it('of a bundle: its graphs and its manifest', async () => {
    const geometry = GEOMETRIES.tiny;
    const [checkpoint, vocabulary] = [join(folder, 'random.pt'), join(folder, 'vocab.txt')];
    const words = Array.from({ length: geometry.text.vocabulary - 5 }, (_, index) => `word${index}`);
    await writeTorchCheckpoint(checkpoint, { geometry, seed: 'durable' });
    await writeFile(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
    const out = join(folder, 'bundle');
    const flushes = await watchFlushes();
    await importCheckpoint({
      checkpoint,
      vocabulary,
      out,
      precisions: ['fp32'],
      told: toldOf(GEOMETRIES.tiny),
    });
    for (const name of ['model.json', 'vision.fp32.onnx', 'fusion.onnx', 'text.onnx']) {
      expect(await isFlushed(join(out, name), flushes), name).toBe(true);
    }
  });
});
