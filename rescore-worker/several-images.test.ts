import { describe, expect, it } from 'vitest';
import type { ExamFeatures, ImageFeatures } from '../core/exams/exam-features.ts';
import type { Head } from '../core/heads/head.ts';
import { HeadScorer } from '../core/heads/score-head.ts';
import { storeHead } from '../core/heads/stored-heads.ts';
import { JobRun } from './testing/job-run.ts';
import { drawnHead } from './testing/population.ts';

const EMBEDDING = 8;
const ONE_HOT = Array.from({ length: EMBEDDING }, (_, channel) => (channel === 0 ? 1 : 0));

/** Reads the first channel of each image as its logit. */
function firstChannel(change: Partial<Head> = {}): Head {
  const head = drawnHead('new', EMBEDDING, ['glaucoma'], 'visual');
  const labels = head.labels.map((label) => ({ ...label, weights: ONE_HOT, bias: 0, threshold: 0.6 }));
  return { ...head, normalize: false, labels, ...change };
}

function image(laterality: 'left' | 'right', name: string, field: ImageFeatures['field'], logit: number) {
  const visual = Float32Array.from(ONE_HOT, (one, channel) => (one === 1 ? logit : channel / 10));
  return { image: `images/north/P0000001/1/${name}.jpg`, laterality, field, visual };
}

/** Of the left eye macula 2 and -2, disc -1; of the right eye one image. */
const IMAGES = [
  image('left', 'left', null, -2),
  image('left', 'left-2', 'macula', 2),
  image('left', 'left-disc', 'disc', -1),
  image('right', 'right', null, 1.5),
];
const KEY = (name: string) => `images/north/P0000001/1/${name}.jpg`;

/** The features of the second exam of a population lie in a shard of their own, with all its images. */
async function withSeveral(run: JobRun): Promise<ExamFeatures> {
  const [left, , , right] = IMAGES.map(({ visual }) => visual);
  const [one, other] = [new Float32Array(EMBEDDING).fill(3), new Float32Array(EMBEDDING).fill(4)];
  const matrices = {
    ...{ leftVisual: left ?? one, rightVisual: right ?? one, left: one, right: other, patient: other },
  };
  const key = run.population.keyOf(1);
  const { model, preprocessing } = run.population.model;
  const exam = { exam: key, requestId: 'r', eyes: { left: true, right: true }, images: IMAGES };
  const [features] = await run.home.features.put({ model, preprocessing, exams: [exam], matrices });
  const record = await run.home.exams.get(key);
  if (record?.result == null || features === undefined) throw new Error('Expected a screened exam.');
  await run.home.exams.save({ ...record, result: { ...record.result, features } });
  const read = (await run.home.features.read(features.shard)).exam(features.row);
  if (read === null) throw new Error('Expected its row.');
  return read;
}

async function rescored(run: JobRun, head: Head) {
  await run.run({ heads: [await storeHead(run.home.objects, head)] });
  return async (index: number) => (await run.home.exams.get(run.population.keyOf(index)))?.result;
}

describe('re-scoring an exam of several images', () => {
  it('goes by the mean in a field and the maximum of both, names the image, and flags the one that disagrees', async () => {
    await using run = await JobRun.open({ exams: 3, embedding: EMBEDDING, examsPerShard: 3 });
    await withSeveral(run);
    const result = await (await rescored(run, firstChannel()))(1);
    const common = { head: 'new', label: 'glaucoma', threshold: 0.6 };
    // Macula (2 - 2) / 2 = 0, disc -1: 0.5. The second image alone is 1 / (1 + e⁻²).
    expect(result?.findings).toEqual([
      {
        ...{ ...common, level: 'left', image: KEY('left-2'), probability: 0.5, positive: false },
        ...{
          calibrated: false,
          alone: [{ image: KEY('left-2'), probability: expect.closeTo(0.8807971, 6) }],
        },
      },
      {
        ...{ ...common, level: 'right', probability: expect.closeTo(0.8175745, 6), positive: true },
        image: result?.eyes.right?.image.key,
      },
    ]);
    expect(result?.flags).toContain('images-disagree');
  });

  it('says to the bit what screening says of the same features, by heads of every kind', async () => {
    for (const kind of ['multi-label', 'multi-class', 'ordinal'] as const) {
      await using run = await JobRun.open({ exams: 2, embedding: EMBEDDING, examsPerShard: 2 });
      const features = await withSeveral(run);
      const lowest = kind === 'ordinal' ? { lowest: 'none' } : {};
      const drawn = drawnHead('new', EMBEDDING, ['glaucoma', 'normal', 'amd'], 'visual');
      const head = { ...drawn, kind, ...lowest };
      const result = await (await rescored(run, head))(1);
      const screened = new HeadScorer(head).score({ ...features, images: IMAGES });
      const told = result?.findings.map(({ positive: _, image: __, ...finding }) => finding);
      expect(told).toEqual(screened.map(({ image: _, ...finding }) => finding));
    }
  });

  it('takes the flag away where the new head finds no disagreement, and leaves plain exams as they are', async () => {
    await using run = await JobRun.open({ exams: 3, embedding: EMBEDDING, examsPerShard: 3 });
    await withSeveral(run);
    const resultOf = await rescored(run, firstChannel());
    expect((await resultOf(1))?.flags).toContain('images-disagree');
    const plain = (await resultOf(0))?.findings ?? [];
    expect(plain.map(({ calibrated, alone }) => [calibrated, alone])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    const labels = firstChannel().labels.map((label) => ({ ...label, threshold: 0.95 }));
    await rescored(run, firstChannel({ labels }));
    expect((await resultOf(1))?.flags).not.toContain('images-disagree');
  });

  it('counts as calibrated by a head that was measured for it', async () => {
    await using run = await JobRun.open({ exams: 3, embedding: EMBEDDING, examsPerShard: 3 });
    await withSeveral(run);
    const measuredRules = ['mean-in-field-maximum-over-fields/1 of 2 fields'];
    const result = await (await rescored(run, firstChannel({ measuredRules })))(1);
    expect(result?.findings.map(({ calibrated }) => calibrated)).toEqual([undefined, undefined]);
  });
});
