import { expect, it } from 'vitest';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { JobRun } from '../../rescore-worker/testing/job-run.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';

/**
 * Without weights a head's probability is the logistic function of its bias: 0.5 of a bias of 0, exactly, and
 * 0.2689 of a bias of -1.
 */
it('calls a re-scored probability positive from its threshold on, as screening does', async () => {
  await using run = await JobRun.open({ exams: 1 });
  const drawn = drawnHead('flat', 8, ['at', 'below', 'above']);
  const [at, below, above] = drawn.labels.map((label) => ({ ...label, weights: label.weights.map(() => 0) }));
  const head = {
    ...drawn,
    labels: [
      { ...at, bias: 0, threshold: 0.5 },
      { ...below, bias: 0, threshold: 0.500_001 },
      { ...above, bias: -1, threshold: 0.25 },
    ] as typeof drawn.labels,
  };
  await run.run({ heads: [await storeHead(run.home.objects, head)] });
  const { result } = (await run.home.exams.get(run.population.keyOf(0))) ?? {};
  expect(result?.findings.map(({ label, positive }) => [label, positive])).toEqual([
    ['at', true],
    ['below', false],
    ['above', true],
  ]);
  expect(result?.findings.map(({ probability }) => probability)).toEqual([
    0.5,
    0.5,
    expect.closeTo(0.268_941_4, 6),
  ]);
});
