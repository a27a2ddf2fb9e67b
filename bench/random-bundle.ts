import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundle } from '../model/bundle/index.ts';
import { GEOMETRIES, toldOf } from '../model/checkpoint/testing/geometries.ts';
import { writeTorchCheckpoint } from '../model/checkpoint/testing/write-checkpoint.ts';
import type { Geometry } from '../model/checkpoint/weights.ts';
import { BundleError } from '../model/errors.ts';
import { importCheckpoint } from '../model/import/import-checkpoint.ts';

const CACHE = fileURLToPath(new URL('../.cache/bench', import.meta.url));

/** EfficientNet-Lite0 at 192 px: repeats of blocks with kernel, stride, expansion, and channels. */
const LITE0_STAGES = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, input: 32, output: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, input: 16, output: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, input: 24, output: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, input: 40, output: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, input: 80, output: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, input: 112, output: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, input: 192, output: 320 },
];

const SMALL_TEXT = {
  vocabulary: 200,
  positions: 64,
  width: 64,
  layers: 1,
  heads: 1,
  hidden: 128,
  tokenTypes: 2,
};

/** Models to measure, by name. */
export const RANDOM_MODELS = {
  /** ViT-B/16 and RoBERTa-base, as published. */
  'full-size': GEOMETRIES.full,
  'efficientnet-lite0': {
    vision: {
      kind: 'mbconv',
      imageSize: 192,
      batchNormEpsilon: Math.fround(1e-3),
      stem: 32,
      blocks: LITE0_STAGES.flatMap(({ repeats, kernel, stride, expansion, input, output }) =>
        Array.from({ length: repeats }, (_, index) => {
          const channels = index === 0 ? input : output;
          const first = index === 0 ? stride : 1;
          const hidden = channels * expansion;
          return { kernel, stride: first, input: channels, hidden, output, expands: expansion > 1 };
        }),
      ),
      pooled: 1280,
    },
    text: SMALL_TEXT,
    embedding: 256,
  },
  /** CLIP's RN50. */
  resnet50: {
    vision: { kind: 'resnet', imageSize: 224, width: 64, layers: [3, 4, 6, 3], heads: 32 },
    text: SMALL_TEXT,
    embedding: 1024,
  },
} as const satisfies Record<string, Geometry>;

export type RandomModel = keyof typeof RANDOM_MODELS;

/** A bundle of random weights, made once, then kept. */
export async function randomBundle(name: RandomModel = 'full-size'): Promise<string> {
  const out = join(CACHE, name);
  try {
    return (await openBundle(out)).directory;
  } catch (error) {
    // There is none yet, or it was made by another version.
    if (!(error instanceof BundleError)) throw error;
  }
  console.log(`Making the bundle ${name} with random weights …`);
  await mkdir(CACHE, { recursive: true });
  await rm(out, { recursive: true, force: true });
  const checkpoint = join(CACHE, `${name}.pt`);
  const vocabulary = join(CACHE, `${name}.vocab.txt`);
  const geometry = RANDOM_MODELS[name];
  const entries = Array.from({ length: geometry.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeFile(vocabulary, `${['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...entries].join('\n')}\n`);
  await writeTorchCheckpoint(checkpoint, { geometry, seed: 'bench' });
  const told = toldOf(geometry);
  await importCheckpoint({ checkpoint, vocabulary, out, name: `${name}-random`, trained: false, told });
  await rm(checkpoint);
  return out;
}
