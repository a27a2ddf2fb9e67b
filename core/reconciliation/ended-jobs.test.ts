import { afterEach, beforeEach, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { cancellationKey, manifestKey, planKey, shardResultsKey } from '../jobs/job-keys.ts';
import { type JobRecord, jobName } from '../jobs/job-record.ts';
import { storeJob } from '../jobs/job-store.ts';
import { storeReceipt } from '../jobs/receipts.ts';
import { finishJob } from '../jobs/reports/finish-job.ts';
import { reconciled } from './testing/reconciled.ts';

const DAY = 24 * 3_600;
const JOBS = { stages: { only: ['jobs'] } } as const;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

function job(name: string): JobRecord {
  return {
    ...{ schema: 'job/1', program: 'north', job: name, mode: 'rescore', selection: {}, shadow: false },
    ...{ createdAt: new Date(run.now()).toISOString(), createdBy: 'operator', model: 'm1' },
    ...{ preprocessing: 'squash-bicubic-v1', heads: [], schedule: null },
  };
}

async function end(of: JobRecord): Promise<void> {
  await storeReceipt(run.home.objects, of, {
    ...{ schema: 'shard-receipt/1', shard: 0, done: 2, skipped: 0, superseded: 0, failed: [], moved: [] },
    ...{ compared: [], workerSeconds: 3, pricePerHour: 0 },
  });
  const finished = await finishJob(run.home, of, { noWorkerLeft: true }, new Date(run.now()));
  expect(finished?.progress.state).toBe('finished');
}

async function parts(of: JobRecord): Promise<string[]> {
  const { items } = await run.home.objects.listVersions(`jobs/${jobName(of)}/`, { limit: 100 });
  return items.map(({ key }) => key.split('/').slice(3).join('/'));
}

it('keeps what a job’s end has left of its parts for a month, its receipts for 400 days, its plan and report for good', async () => {
  const of = job('ended');
  await storeJob(run.home.objects, of);
  const keys = [manifestKey(of, 0), manifestKey(of, 1), shardResultsKey(of, 1)];
  for (const key of keys) await run.home.objects.put(key, Buffer.from('{}'));
  await run.home.objects.put(manifestKey(of, 0), Buffer.from('a second version'));
  const plan = { schema: 'job-plan/1', plannedAt: new Date(run.now()).toISOString(), shards: 1, planned: 2 };
  await run.home.objects.put(planKey(of), Buffer.from(JSON.stringify(plan)));
  await end(of);
  const open = job('open');
  await storeJob(run.home.objects, open);
  await run.home.objects.put(manifestKey(open, 0), Buffer.from('{}'));

  run.pass(10 * DAY);
  expect(await reconciled(run.home, run.now(), JOBS)).toEqual({});
  run.pass(21 * DAY);
  expect(await reconciled(run.home, run.now(), JOBS)).toEqual({
    'job-part-expired': {
      found: 2,
      done: 2,
      // The selection of its one planned shard went at the job's end.
      examples: [shardResultsKey(of, 1), manifestKey(of, 1)],
    },
    'job-unfinished': { found: 1, done: 0, examples: ['north/open'] },
  });
  expect(await parts(of)).toEqual(['plan.json', 'receipts/000000.json']);
  expect(await parts(open)).toEqual(['shard-000000.jsonl']);
  run.pass(370 * DAY);
  await run.home.objects.put(cancellationKey(open), Buffer.from('{}'));
  expect(await reconciled(run.home, run.now(), JOBS)).toMatchObject({ 'job-part-expired': { done: 1 } });
  expect(await parts(of)).toEqual(['plan.json']);
});
