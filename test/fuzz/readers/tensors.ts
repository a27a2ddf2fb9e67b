import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError } from '../../../core/errors.ts';
import { eraseRow } from '../../../core/features/erase-row.ts';
import { FEATURE_TENSORS } from '../../../core/features/feature-tensors.ts';
import { readShard } from '../../../core/features/read-shard.ts';
import {
  decodePreparedImage,
  encodePreparedImage,
  pixelsSha256Of,
} from '../../../core/preparation/prepared-image.ts';
import { encodeSafetensors, type Tensor } from '../../../core/tensors/safetensors.ts';
import { openTensorArchive } from '../../../model/checkpoint/open-tensor-archive.ts';
import { FeaturesFile } from '../../../model/cohort/features-file.ts';
import { FEATURES_FORMAT } from '../../../model/cohort/features-layout.ts';
import { ModelError } from '../../../model/errors.ts';
import { mutateTensors } from '../mutate-tensors.ts';
import type { Reader } from '../reader.ts';

/** Two exams of four channels; no number is like another. */
function shard(
  metadata: Readonly<Record<string, string>>,
  images: Readonly<Record<string, Tensor>> = {},
): Buffer {
  const matrices = FEATURE_TENSORS.map((name, index) => [
    name,
    { data: Float32Array.from({ length: 8 }, (_, at) => index * 10 + at + 0.5), shape: [2, 4] },
  ]);
  const present = { data: Uint8Array.of(1, 0, 1, 1), shape: [2, 2] };
  const tensors = { ...Object.fromEntries([...matrices, ['present', present]]), ...images };
  return Buffer.from(encodeSafetensors(tensors, metadata));
}

const SHARD = shard({ model: 'm1', preprocessing: 'p1', requests: 'r1 r2' });
/** The second exam has three images. */
const SEVERAL = shard(
  { model: 'm1', preprocessing: 'p1', requests: 'r1 r2' },
  {
    image_row: { data: Int32Array.of(1, 1, 1), shape: [3] },
    image_visual: { data: Float32Array.from({ length: 12 }, (_, at) => 70.5 + at), shape: [3, 4] },
    image_laterality: { data: Uint8Array.of(0, 0, 1), shape: [3] },
    image_field: { data: Uint8Array.of(0, 2, 1), shape: [3] },
    image_key: { data: new Uint8Array(Buffer.from('l\0l2r\0')), shape: [3, 2] },
  },
);
const COHORT = shard({
  ...{
    format: FEATURES_FORMAT,
    model: 'a'.repeat(64),
    preprocessing: 'p1',
    trained: 'true',
    equivalents: 'fp32',
  },
  exams: JSON.stringify([
    ['P1', '1'],
    ['P2', '1'],
  ]),
  quality: JSON.stringify([
    ['gradable', null],
    ['gradable', 'gradable'],
  ]),
});
const SOURCE = { sha256: 'ab'.repeat(32) };

/** A prepared image of 2 × 2 pixels, and one that gave none. */
function preparedImages(): readonly Buffer[] {
  const pixels = Uint8Array.from({ length: 12 }, (_, at) => 20 * at);
  const found = { contract: 'c0ffee', pixelsSha256: pixelsSha256Of(pixels) };
  const detected = { left: 0.25, gradable: 0.75, threshold: 0.9 };
  const gradable = { gradable: true, reason: null, measurements: { sharpness: 1.5 } } as const;
  const dark = { gradable: false, reason: 'too-dark', measurements: {} } as const;
  const files = [
    encodePreparedImage(SOURCE, { facts: { ...found, quality: gradable, detected }, pixels }),
    encodePreparedImage(SOURCE, {
      facts: { ...found, pixelsSha256: null, quality: dark, detected: null },
      pixels: null,
    }),
  ];
  return files.map((file) => Buffer.from(file));
}

const seeds = async () => [SHARD, SEVERAL, COHORT];

/** Every reader of safetensors. */
export const tensorReaders: readonly Reader[] = [
  {
    name: 'safetensors',
    seeds,
    mutate: mutateTensors,
    async read(input, folder) {
      await writeFile(join(folder, 'w.safetensors'), input);
      const opened = await openTensorArchive(join(folder, 'w.safetensors'));
      try {
        for (const name of opened.tensors.keys()) await opened.read(name);
      } finally {
        await opened.close();
      }
    },
    refusals: [ModelError],
  },
  {
    name: 'features-file',
    seeds: async () => [COHORT],
    mutate: mutateTensors,
    async read(input, folder) {
      await writeFile(join(folder, 'f.safetensors'), input);
      const file = await FeaturesFile.open(join(folder, 'f.safetensors'));
      try {
        for (const feature of ['visual', 'pair', 'left', 'right', 'patient'] as const)
          await file.read(feature, [{ row: 0, eye: feature === 'visual' ? 'left' : null }]);
      } finally {
        await file.close();
      }
    },
    refusals: [ModelError],
  },
  {
    name: 'feature-shard',
    seeds,
    mutate: mutateTensors,
    async read(input) {
      const rows = readShard(input, 'features/s');
      for (const row of [0, 1, 2]) rows.exam(row);
    },
    refusals: [CoreError],
  },
  {
    name: 'prepared-image',
    seeds: async () => preparedImages(),
    mutate: mutateTensors,
    async read(input) {
      const { facts, pixels } = decodePreparedImage(input, SOURCE, 'prepared/p');
      // What is read must be what its facts say: no pixels of others get through.
      const found = pixels === null ? null : pixelsSha256Of(pixels);
      if (found !== facts.pixelsSha256)
        throw new Error('It was read with pixels that its facts do not name.');
    },
    refusals: [CoreError],
  },
  {
    name: 'erased-row',
    seeds,
    mutate: mutateTensors,
    read: async (input) => eraseRow(input, 1),
    refusals: [CoreError],
  },
];
