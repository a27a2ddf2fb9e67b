import { describe, expect, it } from 'vitest';
import type { Head } from '../core/heads/head.ts';
import { storeHead } from '../core/heads/stored-heads.ts';
import { JobRun } from './testing/job-run.ts';
import { drawnHead, featureOf } from './testing/population.ts';

const EMBEDDING = 8;
const EXAMS_PER_SHARD = 3;

/** Weights times feature over its length, plus bias, through the logistic function: by hand, in double precision. */
function probabilityOf(head: Head, vector: readonly number[]): number {
  const [label] = head.labels;
  const length = Math.hypot(...vector);
  const score = vector.reduce((sum, value, index) => sum + value * (label?.weights[index] ?? Number.NaN), 0);
  return 1 / (1 + Math.exp(-(score / length + (label?.bias ?? Number.NaN))));
}

function vectorOf(tensors: readonly Parameters<typeof featureOf>[0][], exam: number): number[] {
  const [shard, row] = [Math.floor(exam / EXAMS_PER_SHARD), exam % EXAMS_PER_SHARD];
  return tensors.flatMap((tensor) =>
    Array.from({ length: EMBEDDING }, (_, channel) => featureOf(tensor, shard, row, channel, EMBEDDING)),
  );
}

describe('a re-scored exam', () => {
  it.each([
    ['visual', { left: ['left_visual'], right: ['right_visual'] }],
    ['left', { left: ['left'] }],
    ['right', { right: ['right'] }],
    ['patient', { patient: ['patient'] }],
    ['pair', { patient: ['left_visual', 'right_visual'] }],
  ] as const)('has the findings of its own %s features, eye by eye', async (feature, tensors) => {
    await using run = await JobRun.open({ exams: 5, embedding: EMBEDDING, examsPerShard: EXAMS_PER_SHARD });
    const head = drawnHead('new', EMBEDDING * (feature === 'pair' ? 2 : 1), ['glaucoma'], feature);
    await run.run({ heads: [await storeHead(run.home.objects, head)] });
    for (const exam of [0, 2, 4]) {
      const { result } = (await run.home.exams.get(run.population.keyOf(exam))) ?? {};
      const found = result?.findings.map(({ level, probability }) => [level, probability]);
      const expected = Object.entries(tensors).map(([level, names]) => [
        level,
        expect.closeTo(probabilityOf(head, vectorOf(names, exam)), 6),
      ]);
      expect(found).toEqual(expected);
    }
  });
});
