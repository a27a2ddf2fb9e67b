import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePatient } from '../../phantoms/index.ts';
import type { Bundle } from '../bundle/index.ts';
import type { ToldGeometry } from '../checkpoint/geometry/attention-heads.ts';
import { embed } from '../embed/embed.ts';
import { BundleError } from '../errors.ts';
import { importCheckpoint } from '../import/import-checkpoint.ts';
import { compareExpected } from './expected-features.ts';
import { verifyBundle } from './verify-bundle.ts';

/** Heads of 80 channels: see `model/reference/pytorch/make_fixtures.py`. */
const CHECKPOINT = fileURLToPath(new URL('../reference/pytorch/vit.pt', import.meta.url));
const TEXTS = ['word1 word2', 'word7'];

let folder: string;
let expected: Record<string, unknown>;
const at = (name: string) => join(folder, name);

function importWith(name: string, told: ToldGeometry): Promise<Bundle> {
  const options = { checkpoint: CHECKPOINT, vocabulary: at('vocab.txt'), precisions: ['fp32'] as const };
  return importCheckpoint({ ...options, out: at(name), told });
}

async function expectedFile(name: string, change: Record<string, unknown> = {}): Promise<string> {
  await writeFile(at(name), JSON.stringify({ ...expected, ...change }));
  return at(name);
}

let right: Bundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'expected-'));
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  await writeFile(at('vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
  right = await importWith('right', { visionHeads: 2, textHeads: 1 });
  const { left: leftEye, right: rightEye } = await generatePatient({ seed: 'expected', index: 2, size: 64 });
  if (leftEye === null || rightEye === null) throw new Error('Expected both eyes.');
  await writeFile(at('left.jpg'), leftEye.jpeg);
  await writeFile(at('right.jpg'), rightEye.jpeg);
  const found = await embed(right, {
    ...{ left: leftEye.jpeg, right: rightEye.jpeg, texts: TEXTS, precision: 'fp32' },
  });
  const { texts, ...eyes } = found;
  expected = {
    ...Object.fromEntries(Object.entries(eyes).map(([name, values]) => [name, [values]])),
    ...{ left_images: ['left.jpg'], right_images: ['right.jpg'], texts: TEXTS },
    tokens: texts.map(({ tokens }) => tokens),
    ...Object.fromEntries(
      (['left', 'right', 'patient'] as const).map((level) => [
        `text_${level}`,
        texts.map((text) => text[level]),
      ]),
    ),
  };
});
afterAll(() => rm(folder, { recursive: true }));

describe('a bundle beside what its checkpoint is expected to compute', () => {
  it('is proved, feature by feature', async () => {
    const compared = (await compareExpected(right, await expectedFile('sound.json'), folder)).features;
    expect(compared.map(({ feature }) => feature)).toEqual([
      ...['left_visual', 'right_visual', 'left', 'right', 'patient'],
      ...['text left', 'text right', 'text patient'],
    ]);
    for (const { cosine } of compared) expect(cosine).toBeGreaterThan(0.999999);
  });

  it.each<[string, ToldGeometry, RegExp]>([
    ['vision heads', { visionHeads: 4, textHeads: 1 }, /"left_visual".*--vision-heads/],
    ['text heads', { visionHeads: 2, textHeads: 8 }, /"text (?:left|right|patient)".*--text-heads/],
  ])('with other %s is refused, though its own reference calls it sound', async (name, told, reason) => {
    const bundle = await importWith(name.replace(' ', '-'), told);
    await expect(verifyBundle(bundle)).resolves.toHaveLength(2);
    const comparing = compareExpected(bundle, await expectedFile('sound.json'), folder);
    await expect(comparing).rejects.toThrow(BundleError);
    await expect(comparing).rejects.toThrow(reason);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['swapped eyes', { left_images: ['right.jpg'], right_images: ['left.jpg'] }, /"left_visual"/],
    [
      'other token ids',
      {
        tokens: [
          [2, 3],
          [2, 3],
        ],
      },
      /other token ids/,
    ],
    ['lists of other lengths', { left_visual: [] }, /0 entries in "left_visual" where 1/],
    ['nothing of what it needs', { left_visual: 'none' }, /holds no expected features/],
  ])('is refused for %s', async (_, change, reason) => {
    const comparing = compareExpected(right, await expectedFile('changed.json', change), folder);
    await expect(comparing).rejects.toThrow(reason);
  });
});
