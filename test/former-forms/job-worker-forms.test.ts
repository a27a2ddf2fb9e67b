import { expect, it } from 'vitest';
import { shardProgressKey } from '../../core/jobs/job-keys.ts';
import type { ShardResults } from '../../core/jobs/rescore-results.ts';
import { readProgress } from '../../core/jobs/shards/shard-progress.ts';
import { readWorkerFailure } from '../../core/jobs/worker-failure.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { FormerRelease } from './former-release.ts';

const RESULTS = {
  program: 'north',
  job: 'j1',
  shard: 4,
  rescoredAt: '2026-06-01T00:00:00.000Z',
} as ShardResults;

it('a shard that was being written to its exams goes on after the parts that shard-progress/1 notes', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const form = await new FormerRelease('after-0.1.0').text('shard-progress-1.json');
  await objects.put(shardProgressKey(RESULTS, 4), Buffer.from(form));
  const [settled, ...others] = await readProgress(objects, RESULTS, 4);
  expect(others).toEqual([]);
  expect(settled).toMatchObject({ part: 0, exams: 3, receipt: { done: 2, superseded: 1 } });
  expect(settled?.receipt.moved).toEqual([{ from: 'recall', to: 'refer', exams: 1 }]);
  expect(settled?.receipt.failed).toMatchObject([{ patient: 'erased', exam: 'erased' }]);
});

it('why a worker gave up is read from worker-failure/1', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const form = await new FormerRelease('after-0.1.0').text('worker-failure-1.json');
  await objects.put('jobs/north/j1/worker-failure.json', Buffer.from(form));
  expect(await readWorkerFailure(objects, { program: 'north', job: 'j1' })).toMatch(/^Bundle "models\/9f" /);
});
