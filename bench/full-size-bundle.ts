import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundle } from '../model/bundle/index.ts';
import { GEOMETRIES } from '../model/checkpoint/testing/geometries.ts';
import { writeTorchCheckpoint } from '../model/checkpoint/testing/write-checkpoint.ts';
import { BundleError } from '../model/errors.ts';
import { importCheckpoint } from '../model/import/import-checkpoint.ts';

const CACHE = fileURLToPath(new URL('../.cache/bench', import.meta.url));

/** A bundle of the published size, ViT-B/16 and RoBERTa-base, with random weights: made once, then kept. */
export async function fullSizeBundle(): Promise<string> {
  const out = join(CACHE, 'full-size');
  try {
    return (await openBundle(out)).directory;
  } catch (error) {
    // There is none yet, or it was made by another version.
    if (!(error instanceof BundleError)) throw error;
  }
  console.log('Making a full-size bundle with random weights …');
  await mkdir(CACHE, { recursive: true });
  await rm(out, { recursive: true, force: true });
  const checkpoint = join(CACHE, 'full-size.pt');
  const vocabulary = join(CACHE, 'vocab.txt');
  const geometry = GEOMETRIES.full;
  const entries = Array.from({ length: geometry.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeFile(vocabulary, `${['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...entries].join('\n')}\n`);
  await writeTorchCheckpoint(checkpoint, { geometry, seed: 'bench' });
  await importCheckpoint({
    checkpoint,
    vocabulary,
    out,
    precisions: ['fp32', 'fp16', 'int8'],
    name: 'full-size-random',
    trained: false,
  });
  await rm(checkpoint);
  return out;
}
