import { describe, expect, it } from 'vitest';
import { planKey } from '../job-keys.ts';
import type { JobRecord } from '../job-record.ts';
import { cancelJob, readPlan } from '../job-store.ts';
import { storePrepared } from '../preparation/preparation-store.ts';
import type { ShardPrepared } from '../preparation/shard-preparation.ts';
import { ReceiptReader, storeReceipt } from '../receipts.ts';
import { NOW, planned, JOB as RESCORING, receipt } from '../testing/planned-job.ts';
import { finishJob } from './finish-job.ts';
import { progressOf } from './job-progress.ts';

const JOB: JobRecord = { ...RESCORING, mode: 'screen' };

function prepared(shard: number, change: Partial<ShardPrepared> = {}): ShardPrepared {
  return {
    ...{ schema: 'shard-prepared/1', shard, contract: 'c', images: 20, found: 4, prepared: 16 },
    ...{ failed: 0, exams: [], ...change },
  };
}

/** A job of two shards with ten exams each, planned at the home's clock. */
async function job(images: number | null) {
  const run = await planned(2, JOB);
  const { objects } = run.home;
  if (images !== null) {
    const plan = { ...(await readPlan(objects, JOB)), images };
    await objects.put(planKey(JOB), Buffer.from(JSON.stringify(plan)));
  }
  const progress = () => progressOf(objects, JOB, new ReceiptReader(objects));
  return { ...run, objects, progress, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

describe('how far the images of a job are', () => {
  it('is told beside its exams, each by its own receipts and from its own beginning', async () => {
    await using run = await job(40);
    const { objects, clock } = run;
    expect((await run.progress()).preparation).toEqual({
      ...{ images: 40, prepared: 0, found: 0, failed: 0, finished: false, rate: null, secondsLeft: null },
    });
    clock.now += 10_000;
    await storePrepared(objects, JOB, prepared(1));
    // 20 images in 10 s, and 20 are left.
    expect(await run.progress()).toMatchObject({
      ...{ state: 'running', planned: 20, done: 0, rate: null, secondsLeft: null },
      preparation: { images: 40, prepared: 20, found: 4, finished: false, rate: 2, secondsLeft: 10 },
    });
    clock.now += 30_000;
    const exams = [{ patient: 'P1', exam: '1', reason: 'Not prepared.' }];
    await storePrepared(objects, JOB, prepared(0, { prepared: 13, failed: 3, exams }));
    expect((await run.progress()).preparation).toEqual({
      ...{ images: 40, prepared: 37, found: 8, failed: 3, finished: true, rate: 1, secondsLeft: 0 },
    });
    clock.now += 5_000;
    await storeReceipt(objects, JOB, receipt(0));
    // Ten exams in the 5 s since the last image, not in the 45 s since the plan.
    expect(await run.progress()).toMatchObject({ done: 10, rate: 2, secondsLeft: 5 });
  });

  it('is in the report and in the announcement of its end, and nothing of it is left', async () => {
    await using run = await job(40);
    const { home, objects } = run;
    for (const shard of [0, 1]) {
      await storePrepared(objects, JOB, prepared(shard, { prepared: 15, failed: 1 }));
      await storeReceipt(objects, JOB, receipt(shard));
    }
    const report = await finishJob(home, JOB, { noWorkerLeft: true }, NOW);
    expect(report?.progress.preparation).toMatchObject({
      images: 40,
      prepared: 38,
      failed: 2,
      finished: true,
    });
    const [told] = await home.events.after(0, 9);
    expect(told?.event).toMatchObject({ type: 'JobFinished', images: { prepared: 38, failed: 2 } });
    const left = (await objects.listVersions('jobs/north/j1/', { limit: 99 })).items.map(({ key }) => key);
    expect(left.filter((key) => /prepar/.test(key))).toEqual([]);
    expect(await run.progress()).toEqual(report?.progress);
  });

  it('stays as it was where the job is cancelled', async () => {
    await using run = await job(40);
    await storePrepared(run.objects, JOB, prepared(0));
    await cancelJob(run.objects, JOB, 'anna', NOW);
    const report = await finishJob(run.home, JOB, { noWorkerLeft: true }, NOW);
    expect(report?.progress).toMatchObject({
      state: 'cancelled',
      preparation: { images: 40, prepared: 20, finished: false },
    });
  });

  it('is not known of a job that a former release has begun, and of how many where it has planned it', async () => {
    await using run = await job(null);
    expect((await run.progress()).preparation).toBeNull();
    await storePrepared(run.objects, JOB, prepared(0));
    expect((await run.progress()).preparation).toMatchObject({
      images: null,
      prepared: 20,
      secondsLeft: null,
    });
  });
});
