import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../model/bundle/index.ts';
import { GEOMETRIES } from '../model/checkpoint/testing/geometries.ts';
import { writeSafetensorsCheckpoint } from '../model/checkpoint/testing/write-checkpoint.ts';
import type { Geometry } from '../model/checkpoint/weights.ts';

/** Large enough for the detector, which looks at 112 px. */
const GEOMETRY: Geometry = {
  ...GEOMETRIES.inverted,
  vision: { ...GEOMETRIES.inverted.vision, imageSize: 128 },
};
const CARD = {
  summary: 'Random weights, for a test.',
  data: [{ name: 'none', use: 'training', source: 'nobody' }],
  training: { method: 'none', settings: {} },
  accuracy: [],
  limitations: [],
  mustNotBeUsedFor: ['anything'],
};
const HEAD = {
  format: 1,
  name: 'guess',
  feature: 'visual',
  kind: 'multi-label',
  normalize: true,
  labels: [
    {
      name: 'glaucoma',
      weights: new Array(GEOMETRY.embedding).fill(0.1),
      bias: 0,
      threshold: 0.5,
      calibration: { kind: 'none' },
    },
  ],
  trained: true,
  provenance: 'made up',
  intendedUse: 'tests',
};

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-default-'));
  const words = Array.from({ length: GEOMETRY.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeFile(at('vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
  await writeSafetensorsCheckpoint(at('random.safetensors'), { geometry: GEOMETRY, seed: 'default' });
  await writeFile(at('card.json'), JSON.stringify(CARD));
  await writeFile(at('head.json'), JSON.stringify(HEAD));
  await writeFile(at('foreign.json'), JSON.stringify({ ...HEAD, model: 'a'.repeat(64) }));
});
afterAll(() => rm(folder, { recursive: true }));

const build = (...words: string[]) =>
  promisify(execFile)(process.execPath, ['models/build-default.ts', '--out', at('default'), ...words]);
const trained = (head: string) => [
  ...['--checkpoint', at('random.safetensors'), '--vocab', at('vocab.txt')],
  ...['--heads', at(head), '--card', at('card.json')],
];

/** Processes start slowly on a machine that has other work. */
describe('the default bundle', { timeout: 240_000 }, () => {
  it('is made of random weights, then of a trained checkpoint, and kept where the next is refused', async () => {
    await build('--untrained');
    const random = await openBundle(at('default'));
    expect(random.manifest).toMatchObject({ trained: false, card: null });
    expect(random.heads.map(({ name }) => name)).toEqual(['odir']);

    await build(...trained('head.json'));
    const { manifest, heads } = await openBundle(at('default'));
    expect(manifest).toMatchObject({ trained: true, card: CARD, name: 'retclip-default' });
    expect(Object.keys(manifest.variants)).toEqual(['fp32']);
    expect(heads).toMatchObject([HEAD]);

    await expect(build(...trained('foreign.json'))).rejects.toThrow(/made for the features of model aaaa/);
    await expect(build('--checkpoint', at('random.safetensors'))).rejects.toMatchObject({ code: 2 });
    expect((await openBundle(at('default'))).manifest.id).toBe(manifest.id);
    expect((await readdir(folder)).filter((name) => name.startsWith('default'))).toEqual(['default']);
  });
});
