import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Head } from '../core/heads/head.ts';
import type { Bundle } from '../model/bundle/index.ts';
import { writeSafetensorsCheckpoint } from '../model/checkpoint/random/write-safetensors-checkpoint.ts';
import type { Geometry } from '../model/checkpoint/weights.ts';
import { INTENDED_USE, importCheckpoint } from '../model/import/import-checkpoint.ts';
import { DISEASES } from '../phantoms/index.ts';
import { Random } from '../phantoms/random.ts';
import { defaultVocabulary } from './vocabulary.ts';

const SEED = 'retclip-default-untrained-1';

/** ODIR's eight labels, by the names that results use. */
const ODIR_LABELS = ['normal', ...DISEASES];

function geometryFor(vocabulary: number) {
  return {
    vision: { kind: 'vit', imageSize: 224, patchSize: 32, width: 128, layers: 4, heads: 2, hidden: 512 },
    text: { vocabulary, positions: 128, width: 128, layers: 2, heads: 2, hidden: 512, tokenTypes: 2 },
    embedding: 128,
  } as const satisfies Geometry;
}

/** A head of random weights, small enough that its probabilities stay in the middle. */
function untrainedHead(embedding: number): Head {
  return {
    format: 1,
    name: 'odir',
    feature: 'pair',
    kind: 'multi-label',
    normalize: true,
    labels: ODIR_LABELS.map((name) => {
      const random = new Random(SEED, 'head', name);
      return {
        name,
        weights: Array.from({ length: 2 * embedding }, () => Math.fround(random.normal())),
        bias: -1.6,
        threshold: 0.5,
        calibration: { kind: 'none' },
      };
    }),
    trained: false,
    provenance: 'Random weights, not fitted to anything.',
    intendedUse: INTENDED_USE,
  };
}

/**
 * Makes a bundle of random weights in a small RET-CLIP geometry: everything runs on it, and nothing that it finds means
 * anything. The same on every machine, but for its stored reference features.
 *
 * @param out must not exist, or be empty
 * @param detector checkpoint of a detector of left and right eyes; none if left out
 * @param headsOf makes other heads than ODIR's
 */
export async function buildUntrainedBundle(
  out: string,
  detector?: string,
  headsOf: (embedding: number) => readonly Head[] = (embedding) => [untrainedHead(embedding)],
): Promise<Bundle> {
  const scratch = await mkdtemp(join(tmpdir(), 'retclip-untrained-'));
  try {
    const vocabulary = defaultVocabulary();
    const geometry = geometryFor(vocabulary.length);
    const checkpoint = join(scratch, 'untrained.safetensors');
    await writeSafetensorsCheckpoint(checkpoint, { geometry, seed: SEED });
    const vocabularyFile = join(scratch, 'vocab.txt');
    await writeFile(vocabularyFile, `${vocabulary.join('\n')}\n`);
    return await importCheckpoint({
      checkpoint,
      vocabulary: vocabularyFile,
      out,
      precisions: ['fp32', 'fp16', 'int8'],
      name: 'retclip-default-untrained',
      trained: false,
      heads: [...headsOf(geometry.embedding)],
      detector,
      told: { visionHeads: geometry.vision.heads, textHeads: geometry.text.heads },
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
