import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Head, HeadError } from '../../core/heads/head.ts';
import { openBundle } from '../bundle/index.ts';
import { writeSafetensorsCheckpoint } from '../checkpoint/random/write-safetensors-checkpoint.ts';
import { GEOMETRIES } from '../checkpoint/testing/geometries.ts';
import { type ImportOptions, importCheckpoint } from './import-checkpoint.ts';

const { embedding, text } = GEOMETRIES.mbconv;

let directory: string;
let out: string;
let bundles = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'import-heads-'));
  await writeSafetensorsCheckpoint(join(directory, 'random.safetensors'), {
    geometry: GEOMETRIES.mbconv,
    seed: 'heads',
  });
  const words = Array.from({ length: text.vocabulary - 5 }, (_, index) => `word${index}`);
  const entries = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words];
  await writeFile(join(directory, 'vocab.txt'), entries.join('\n'));
});
beforeEach(() => {
  bundles += 1;
  out = join(directory, `bundle-${bundles}`);
});
afterAll(() => rm(directory, { recursive: true }));

const importWith = (change: Partial<ImportOptions>) =>
  importCheckpoint({
    checkpoint: join(directory, 'random.safetensors'),
    vocabulary: join(directory, 'vocab.txt'),
    out,
    precisions: ['fp32'],
    ...change,
  });

function head(change: Partial<Head> = {}): Head {
  return {
    format: 1,
    name: 'grades',
    feature: 'visual',
    kind: 'multi-label',
    normalize: true,
    labels: [
      {
        name: 'glaucoma',
        weights: Array.from({ length: embedding }, () => 0.1),
        bias: 0,
        threshold: 0.5,
        calibration: { kind: 'none' },
      },
    ],
    trained: true,
    provenance: 'made up',
    intendedUse: 'tests',
    ...change,
  };
}

describe('heads that are imported with a checkpoint', () => {
  it('are in the bundle, and do not change its id: heads can be fitted on a bundle and added to it', async () => {
    const bare = await importWith({});
    await rm(out, { recursive: true });
    const fitted = head({ model: bare.manifest.id });
    const { manifest } = await importWith({ heads: [fitted] });
    expect(manifest.id).toBe(bare.manifest.id);
    expect((await openBundle(out)).heads).toMatchObject([fitted]);
  });

  it.each<[string, Head[], RegExp]>([
    ['were fitted on another model', [head({ model: 'a'.repeat(64) })], /features of model aaaaaaaaaaaa…/],
    ['read another width', [head({ feature: 'pair' })], /reads 24 channels of "pair".* has 48/],
    ['have one name', [head(), head({ provenance: 'another' })], /two heads named "grades"/],
  ])('are refused if they %s, and no bundle is left', async (_, heads, reason) => {
    await expect(importWith({ heads })).rejects.toThrow(HeadError);
    await expect(importWith({ heads })).rejects.toThrow(reason);
    expect((await readdir(directory)).filter((name) => name.includes(`bundle-${bundles}`))).toEqual([]);
  });
});
