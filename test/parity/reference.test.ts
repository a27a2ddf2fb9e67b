import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Bundle } from '../../model/bundle/index.ts';
import { embed } from '../../model/embed/embed.ts';
import { importCheckpoint } from '../../model/import/import-checkpoint.ts';
import { PRECISIONS } from '../../model/onnx/layers.ts';
import { cosine } from '../../model/reference/cosine.ts';
import { LEAST_COSINES, verifyBundle } from '../../model/verification/verify-bundle.ts';
import { sharedData } from '../shared-data.ts';

const WHAT = 'parity with the reference implementation';
const checkpoint = sharedData('fixtures/ret-clip-tiny.pt', WHAT);
const expectedFile = sharedData('fixtures/ret-clip-tiny.expected.json', WHAT);
const vocabulary = sharedData('data/ret-clip/vocab.txt', WHAT);
const photographs = sharedData('data/fundus', WHAT);

const vectors = z.array(z.array(z.number()));
const expectedSchema = z.object({
  tokens: vectors,
  left_visual: vectors,
  right_visual: vectors,
  left: vectors,
  right: vectors,
  patient: vectors,
  text_left: vectors,
  text_right: vectors,
  text_patient: vectors,
  logit_scale: z.record(z.enum(['patient', 'left', 'right']), z.number()),
  left_images: z.array(z.string()),
  right_images: z.array(z.string()),
  texts: z.array(z.string()),
  context_length: z.number(),
});

/** Least cosine of image features that pass through another decoder and resizer than the reference's. */
const LEAST_IMAGE_COSINES = { fp32: 0.9999, fp16: LEAST_COSINES.fp16, int8: LEAST_COSINES.int8 } as const;

describe.skipIf(!checkpoint || !expectedFile || !vocabulary || !photographs)(
  'an imported checkpoint against the reference implementation',
  () => {
    let directory: string;
    let bundle: Bundle;
    let expected: z.infer<typeof expectedSchema>;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'parity-'));
      expected = expectedSchema.parse(JSON.parse(await readFile(expectedFile ?? '', 'utf8')));
      bundle = await importCheckpoint({
        checkpoint: checkpoint ?? '',
        vocabulary: vocabulary ?? '',
        out: join(directory, 'bundle'),
        precisions: PRECISIONS,
      });
    });
    afterAll(() => rm(directory, { recursive: true, force: true }));

    it('gives the same token ids', async () => {
      const { texts } = await embed(bundle, {
        left: null,
        right: null,
        texts: expected.texts,
        contextLength: expected.context_length,
        precision: 'fp32',
      });
      expect(texts.map(({ tokens }) => tokens)).toEqual(expected.tokens);
    });

    it('gives the text features', async () => {
      const { texts } = await embed(bundle, {
        left: null,
        right: null,
        texts: expected.texts,
        precision: 'fp32',
      });
      for (const [index, text] of texts.entries()) {
        for (const level of ['patient', 'left', 'right'] as const) {
          expect(cosine(text[level], expected[`text_${level}`][index] ?? [])).toBeGreaterThanOrEqual(0.99999);
        }
      }
    });

    it.each(PRECISIONS)('gives the features of every photograph and patient in %s', async (precision) => {
      for (const [index, name] of expected.left_images.entries()) {
        const read = (file = '') => readFile(join(photographs ?? '', file));
        const eyes = { left: await read(name), right: await read(expected.right_images[index]) };
        const embedding = await embed(bundle, { ...eyes, texts: [], precision });
        for (const feature of ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const) {
          const reached = cosine(embedding[feature] ?? [], expected[feature][index] ?? []);
          expect(reached, `${feature} of ${name}`).toBeGreaterThanOrEqual(LEAST_IMAGE_COSINES[precision]);
        }
      }
    });

    it('keeps the logit scales', () => {
      for (const level of ['patient', 'left', 'right'] as const) {
        expect(bundle.manifest.logitScales[level]).toBeCloseTo(expected.logit_scale[level] ?? Number.NaN, 3);
      }
    });

    it('verifies its own bundle', async () => {
      expect(await verifyBundle(bundle)).toHaveLength(1 + PRECISIONS.length);
    });
  },
);
