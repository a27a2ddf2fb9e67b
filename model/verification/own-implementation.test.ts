import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Head } from '../../core/heads/head.ts';
import type { Bundle } from '../bundle/index.ts';
import { openTensorArchive } from '../checkpoint/open-tensor-archive.ts';
import { BundleError } from '../errors.ts';
import { type ImportOptions, importCheckpoint } from '../import/import-checkpoint.ts';
import { compareExpected } from './expected-features.ts';
import { verifyBundle } from './verify-bundle.ts';

/** A checkpoint of RET-CLIP's own code and what that code computes of it: see `reference/make_reference.py`. */
const reference = (name: string): string => fileURLToPath(new URL(`reference/${name}`, import.meta.url));
const PHOTOGRAPHS = reference('photographs');
const TOLD = { visionHeads: 2, textHeads: 2 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-'));
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  await writeFile(
    join(folder, 'vocab.txt'),
    ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true }));

function imported(name: string, change: Partial<ImportOptions> = {}): Promise<Bundle> {
  return importCheckpoint({
    ...{ checkpoint: reference('checkpoint.pt'), vocabulary: join(folder, 'vocab.txt') },
    ...{ out: join(folder, name), precisions: ['fp32'], told: TOLD, ...change },
  });
}

type Tensors = Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** The checkpoint with some of its numbers moved, as safetensors. */
async function changedCheckpoint(name: string, change: (tensors: Tensors) => void): Promise<string> {
  const archive = await openTensorArchive(reference('checkpoint.pt'));
  const tensors: Tensors = new Map();
  for (const [file, { shape }] of archive.tensors)
    tensors.set(file.replace('state_dict.module.', ''), { shape, values: await archive.read(file) });
  await archive.close();
  change(tensors);
  let at = 0;
  const header = Object.fromEntries(
    [...tensors].map(([tensor, { shape, values }]) => {
      const begin = at;
      at += values.byteLength;
      return [tensor, { dtype: 'F32', shape, data_offsets: [begin, at] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, name);
  const data = [...tensors.values()].map(({ values }) => Buffer.from(Float32Array.from(values).buffer));
  await writeFile(path, Buffer.concat([length, text, ...data]));
  return path;
}

/** Reads one channel of each eye, steeply. */
const HEAD = {
  format: 1,
  name: 'steep',
  feature: 'visual',
  kind: 'multi-label',
  normalize: false,
  labels: [0, 1, 2].map((channel) => ({
    name: `channel-${channel}`,
    weights: Array.from({ length: 24 }, (_, index) => (index === channel ? 1 : 0)),
    ...{ bias: 0, threshold: 0.5, calibration: { kind: 'none' as const } },
  })),
  ...{ model: null, trained: false, provenance: 'made up', intendedUse: 'tests' },
} as unknown as Head;

describe("a bundle beside RET-CLIP's own code, on drawn photographs", () => {
  it('has its features and its findings', async () => {
    const bundle = await imported('right');
    const { features, findings } = await compareExpected(bundle, reference('expected.json'), PHOTOGRAPHS, {
      heads: [HEAD],
    });
    expect(features.map(({ feature }) => feature)).toEqual([
      ...['left_visual', 'right_visual', 'left', 'right', 'patient'],
    ]);
    for (const { cosine } of features) expect(cosine).toBeGreaterThan(0.99999);
    // Two patients, two eyes, three labels.
    expect(findings).toMatchObject({ findings: 12, changed: 0 });
    expect(findings?.largestShift).toBeLessThan(0.01);
  });

  it.each<[string, () => Promise<Partial<ImportOptions>>]>([
    ['another number of heads', async () => ({ told: { ...TOLD, visionHeads: 1 } })],
    ['another activation', async () => ({ told: { ...TOLD, visionActivation: 'gelu' } })],
    [
      'a transposed projection',
      async () => ({
        checkpoint: await changedCheckpoint('transposed.safetensors', (tensors) => {
          const { shape, values } = tensors.get('left_feature_mapping.weight') ?? { shape: [], values: [] };
          const turned = Float32Array.from(
            values,
            (_, at) => values[(at % 24) * 24 + Math.floor(at / 24)] ?? 0,
          );
          tensors.set('left_feature_mapping.weight', { shape, values: turned });
        }),
      }),
    ],
    [
      'patches in columns instead of rows',
      async () => ({
        checkpoint: await changedCheckpoint('columns.safetensors', (tensors) => {
          const { shape, values } = tensors.get('visual.positional_embedding') ?? { shape: [], values: [] };
          const place = (patch: number) =>
            patch === 0 ? 0 : 1 + ((patch - 1) % 4) * 4 + Math.floor((patch - 1) / 4);
          const turned = Float32Array.from(
            values,
            (_, at) => values[place(Math.floor(at / 64)) * 64 + (at % 64)] ?? 0,
          );
          tensors.set('visual.positional_embedding', { shape, values: turned });
        }),
      }),
    ],
    [
      'eyes that are exchanged in the mapping',
      async () => ({
        checkpoint: await changedCheckpoint('exchanged.safetensors', (tensors) => {
          const { shape, values } = tensors.get('global_feature_mapping.weight') ?? { shape: [], values: [] };
          const turned = Float32Array.from(values, (_, at) => values[at % 48 < 24 ? at + 24 : at - 24] ?? 0);
          tensors.set('global_feature_mapping.weight', { shape, values: turned });
        }),
      }),
    ],
  ])('with %s is refused, though its own reference calls it sound', async (name, change) => {
    const bundle = await imported(name.replaceAll(' ', '-'), await change());
    await expect(verifyBundle(bundle)).resolves.toHaveLength(2);
    const comparing = compareExpected(bundle, reference('expected.json'), PHOTOGRAPHS);
    await expect(comparing).rejects.toThrow(BundleError);
    await expect(comparing).rejects.toThrow(/reaches a cosine of .*Do not screen with it/);
  });

  it('whose findings are others, though its features hardly differ, is refused by them', async () => {
    const bundle = await imported('shifted');
    const expected = JSON.parse(await readFile(reference('expected.json'), 'utf8'));
    await cp(PHOTOGRAPHS, folder, { recursive: true });
    // A hundredth of one channel, read by a head that is five hundred times as steep.
    for (const row of expected.left_visual) row[0] *= 1.01;
    await writeFile(join(folder, 'shifted.json'), JSON.stringify(expected));
    const [first, ...others] = HEAD.labels;
    const mean = expected.left_visual[0][0];
    const steep = {
      ...HEAD,
      labels: [
        { ...first, weights: first?.weights.map((weight) => 500 * weight), bias: -500 * mean },
        ...others,
      ],
    } as unknown as Head;
    const comparing = compareExpected(bundle, join(folder, 'shifted.json'), folder, { heads: [steep] });
    await expect(comparing).rejects.toThrow(/Findings of bundle .* shift by up to/);
  });
});
