import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, openBundle } from '../bundle/index.ts';
import { GEOMETRIES, toldOf } from '../checkpoint/testing/geometries.ts';
import { writeTorchCheckpoint } from '../checkpoint/testing/write-checkpoint.ts';
import type { Geometry } from '../checkpoint/weights.ts';
import { BundleError, VocabularyError } from '../errors.ts';
import { PRECISIONS } from '../onnx/layers.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import { verifyBundle } from '../verification/verify-bundle.ts';
import { type ImportOptions, importCheckpoint } from './import-checkpoint.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function importGeometry(geometry: Geometry, change: Partial<ImportOptions> = {}) {
  const checkpoint = join(directory, 'random.pt');
  const vocabulary = join(directory, 'vocab.txt');
  const entries = Array.from({ length: geometry.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeTorchCheckpoint(checkpoint, { geometry, seed: 'import' });
  await writeFile(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...entries].join('\n'));
  const out = join(directory, 'bundle');
  const told = toldOf(geometry);
  return importCheckpoint({ checkpoint, vocabulary, out, precisions: PRECISIONS, told, ...change });
}

describe('an imported checkpoint', () => {
  it.each(['tiny', 'wide', 'deep'] as const)(
    'of the %s geometry computes what the plain reference computes, in every precision',
    async (name) => {
      const bundle = await importGeometry(GEOMETRIES[name]);
      expect(bundle.manifest.geometry).toEqual(GEOMETRIES[name]);
      const comparisons = await verifyBundle(await openBundle(join(directory, 'bundle')));
      expect(comparisons.map(({ graph }) => graph)).toEqual(['text', ...PRECISIONS]);
      for (const { cosine, required } of comparisons) expect(cosine).toBeGreaterThanOrEqual(required);
    },
  );

  it.each([
    ['mbconv', PRECISIONS],
    ['resnet', ['fp32', 'fp16']],
  ] as const)(
    'with a tower of %s convolutions computes what the plain reference computes, in %s',
    async (name, precisions) => {
      const bundle = await importGeometry(GEOMETRIES[name], { precisions: undefined });
      expect(bundle.manifest.geometry).toEqual(GEOMETRIES[name]);
      const comparisons = await verifyBundle(await openBundle(join(directory, 'bundle')));
      expect(comparisons.map(({ graph }) => graph)).toEqual(['text', ...precisions]);
      for (const { cosine, required } of comparisons) expect(cosine).toBeGreaterThanOrEqual(required);
    },
  );

  it('in several files is known by the names and hashes of all', async () => {
    const forms = fileURLToPath(new URL('../checkpoint/forms/sharded/', import.meta.url));
    const index = 'model.safetensors.index.json';
    const entries = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c', 'd', 'e', 'f'];
    const vocabulary = join(directory, 'vocab.txt');
    await writeFile(vocabulary, entries.join('\n'));
    const { manifest } = await importCheckpoint({
      ...{ checkpoint: join(forms, index), vocabulary, out: join(directory, 'bundle') },
      ...{ precisions: ['fp32'], told: { visionHeads: 2, textHeads: 1 } },
    });
    expect(manifest.provenance.checkpoint).toBe(index);
    // `sha256sum model.safetensors.index.json model-00001-of-00003.safetensors model-00002-of-00003.safetensors model-00003-of-00003.safetensors | sha256sum`
    expect(manifest.provenance.checkpointSha256).toBe(
      'ad7d0c6504c9bd8629c5766833c1233927930f0f63eb5a8f45c9f96e80aad043',
    );
    expect(manifest.provenance.checkpointKey).toBeUndefined();
  });

  it('of several sets of weights says in its manifest which was told', async () => {
    const checkpoint = fileURLToPath(new URL('../checkpoint/forms/two-sets.pt', import.meta.url));
    const entries = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c', 'd', 'e', 'f'];
    const vocabulary = join(directory, 'vocab.txt');
    await writeFile(vocabulary, entries.join('\n'));
    const imported = (key: string) =>
      importCheckpoint({
        ...{ checkpoint, vocabulary, out: join(directory, key), precisions: ['fp32'] },
        told: { visionHeads: 2, textHeads: 1, key },
      });
    const [weights, average] = [await imported('state_dict'), await imported('state_dict_ema')];
    expect(weights.manifest.provenance.checkpointKey).toBe('state_dict');
    expect(average.manifest.provenance.checkpointKey).toBe('state_dict_ema');
    expect(weights.manifest.id).not.toBe(average.manifest.id);
  });

  it('computes GELU where its owner says so, and nothing like QuickGELU', async () => {
    const { tiny } = GEOMETRIES;
    const quick = await importGeometry(tiny, { precisions: ['fp32'], out: join(directory, 'quick') });
    const told = { ...toldOf(tiny), visionActivation: 'gelu' as const };
    const bundle = await importGeometry(tiny, { told });
    expect(bundle.manifest.geometry.vision).toEqual({ ...tiny.vision, activation: 'gelu' });
    expect(quick.manifest.geometry.vision).toEqual(tiny.vision);
    for (const { cosine, required } of await verifyBundle(bundle)) {
      expect(cosine).toBeGreaterThanOrEqual(required);
    }
    expect(bundle.manifest.id).not.toBe(quick.manifest.id);
  });

  it.each([
    ['heads', GEOMETRIES.mbconv, { visionHeads: 2 }, /--vision-heads 2 was given.*no attention/],
    ['an activation', GEOMETRIES.resnet, { visionActivation: 'gelu' }, /--vision-activation.*no transformer/],
  ] as const)('is refused %s that its tower does not have', async (_, geometry, told, reason) => {
    await expect(importGeometry(geometry, { precisions: undefined, told })).rejects.toThrow(reason);
  });

  it('with a residual network is refused int8', async () => {
    const importing = importGeometry(GEOMETRIES.resnet);
    await expect(importing).rejects.toThrow(/residual network.*not made in int8.*--precision fp32,fp16/);
    expect((await readdir(directory)).toSorted()).toEqual(['random.pt', 'vocab.txt']);
  });

  it('gives the same bundle twice, and another of other weights', async () => {
    const { id } = (await importGeometry(GEOMETRIES.tiny)).manifest;
    const again = await importGeometry(GEOMETRIES.tiny, { out: join(directory, 'again') });
    expect(again.manifest.id).toBe(id);
    const checkpoint = join(directory, 'random.pt');
    await writeTorchCheckpoint(checkpoint, { geometry: GEOMETRIES.tiny, seed: 'other' });
    const vocabulary = join(directory, 'vocab.txt');
    const other = await importCheckpoint({
      checkpoint,
      vocabulary,
      out: join(directory, 'other'),
      told: toldOf(GEOMETRIES.tiny),
      precisions: PRECISIONS,
    });
    expect(other.manifest.id).not.toBe(id);
  });

  it.each([
    ...PRECISIONS.map((precision) => ['tiny', precision] as const),
    ...PRECISIONS.map((precision) => ['mbconv', precision] as const),
    ...(['fp32', 'fp16'] as const).map((precision) => ['resnet', precision] as const),
  ])('gives a picture the same features in every batch and place: %s, %s', async (name, precision) => {
    const bundle = await importGeometry(GEOMETRIES[name], { precisions: [precision] });
    const session = await VisionSession.load(bundle, { precision, provider: 'cpu' });
    const bytes = session.imageSize ** 2 * 3;
    const image = (seed: number) => Uint8Array.from({ length: bytes }, (_, index) => (index * seed) % 251);
    const alone = await session.run(image(7));
    const batch = await session.run(Buffer.concat([image(3), image(7), new Uint8Array(bytes)]));
    expect(batch.subarray(session.embedding, 2 * session.embedding)).toEqual(alone);
    await expect(session.run(new Uint8Array(bytes + 1))).rejects.toThrow(/whole pictures/);
    await session.release();
  });
});

describe('an import', () => {
  it('leaves nothing behind when it is refused', async () => {
    await expect(
      importGeometry(GEOMETRIES.tiny, { vocabulary: join(directory, 'none.txt') }),
    ).rejects.toThrow(VocabularyError);
    expect((await readdir(directory)).toSorted()).toEqual(['random.pt', 'vocab.txt']);
  });

  it('refuses the vocabulary of another model, with both sizes', async () => {
    const other = join(directory, 'other.txt');
    await writeFile(other, '[PAD]\n[UNK]\n[CLS]\n[SEP]\n');
    await expect(importGeometry(GEOMETRIES.tiny, { vocabulary: other })).rejects.toThrow(
      /has 4 entries.* 120/,
    );
  });

  it('refuses a folder that holds something', async () => {
    const out = join(directory, 'occupied');
    await mkdir(out);
    await writeFile(join(out, 'thesis.txt'), 'precious');
    await expect(importGeometry(GEOMETRIES.tiny, { out })).rejects.toThrow(/not empty/);
    expect(await readFile(join(out, 'thesis.txt'), 'utf8')).toBe('precious');
  });
});

describe('a bundle that was changed', () => {
  it('is refused by the file, whichever it is', async () => {
    await importGeometry(GEOMETRIES.tiny);
    const bundle = join(directory, 'bundle');
    const names = (await readdir(bundle)).filter((name) => name !== 'model.json');
    expect(names).toHaveLength(7);
    for (const name of names) {
      const file = join(bundle, name);
      const sound = await readFile(file);
      const changed = Buffer.from(sound);
      const at = sound.length >> 1;
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(file, changed);
      await expect(openBundle(bundle).then(verifyBundle), name).rejects.toThrow(BundleError);
      await expect(openBundle(bundle).then(verifyBundle), name).rejects.toThrow(name);
      await rm(file);
      await expect(openBundle(bundle), name).rejects.toThrow(name);
      await writeFile(file, sound);
    }
    await expect(openBundle(bundle).then(verifyBundle)).resolves.toHaveLength(4);
  });

  it.each<[string, (manifest: Manifest) => unknown]>([
    [
      'pre-processing',
      (manifest) => ({ ...manifest, preprocessing: { ...manifest.preprocessing, id: 'v2' } }),
    ],
    ['training', (manifest) => ({ ...manifest, trained: false })],
    ['logit scales', (manifest) => ({ ...manifest, logitScales: { patient: 1, left: 1, right: 1 } })],
    ['context length', (manifest) => ({ ...manifest, contextLength: 12 })],
    [
      'hashes, made to fit other files',
      (manifest) => ({
        ...manifest,
        files: { ...manifest.files, 'vocab.txt': { bytes: 900, sha256: '0'.repeat(64) } },
      }),
    ],
  ])('in its %s is refused: its id tells', async (_, change) => {
    await importGeometry(GEOMETRIES.tiny);
    const path = join(directory, 'bundle', 'model.json');
    const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify(change(manifest)));
    await expect(openBundle(join(directory, 'bundle'))).rejects.toThrow(/id/);
  });

  it.each([
    [
      'another format',
      (manifest: Record<string, unknown>) => {
        manifest.format = 2;
      },
    ],
    [
      'a file outside of its folder',
      (manifest: Record<string, unknown>) => {
        manifest.variants = { fp32: { vision: '../../x.onnx' } };
      },
    ],
    [
      'an unknown field',
      (manifest: Record<string, unknown>) => {
        manifest.extra = 1;
      },
    ],
  ])('to %s is refused', async (_, change) => {
    await importGeometry(GEOMETRIES.tiny);
    const path = join(directory, 'bundle', 'model.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    change(manifest);
    await writeFile(path, JSON.stringify(manifest));
    await expect(openBundle(join(directory, 'bundle'))).rejects.toThrow(/model\.json/);
  });

  it('that is not a folder at all is refused by its path', async () => {
    await expect(openBundle(join(directory, 'nowhere'))).rejects.toThrow(/nowhere/);
  });
});
