import { describe, expect, it, vi } from 'vitest';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { manifestKey, planKey, receiptKey, shardProgressKey, shardResultsKey } from '../job-keys.ts';
import { cancelJob, readReport, storeJob } from '../job-store.ts';
import { ReceiptReader, storeReceipt } from '../receipts.ts';
import { failed, JOB, NOW, planned, receipt } from '../testing/planned-job.ts';
import { finishJob } from './finish-job.ts';
import { progressOf } from './job-progress.ts';
import { viewJob } from './job-view.ts';

const RUNNING = { noWorkerLeft: false };
const ENDED = { noWorkerLeft: true };

describe('the end of a job', () => {
  it('comes with its last receipt, and is reported and announced once', async () => {
    await using run = await planned(2);
    const { home, clock } = run;
    clock.now += 4_000;
    await storeReceipt(home.objects, JOB, receipt(1));
    expect(await finishJob(home, JOB, RUNNING, NOW)).toBeUndefined();
    clock.now += 6_000;
    const moved = [{ from: 'recall' as const, to: 'refer' as const, exams: 2 }];
    await storeReceipt(home.objects, JOB, receipt(0, { done: 7, failed: failed('cut', 3), moved }));
    const report = await finishJob(home, JOB, RUNNING, NOW);
    expect(report).toEqual({
      schema: 'job-report/1',
      ...{ program: 'north', job: 'j1', mode: 'rescore', moved, comparison: null, deadLetters: [] },
      progress: {
        ...{ state: 'finished', planned: 20, done: 17, failed: 3, skipped: 2, superseded: 0, cost: 0 },
        // 20 exams in the 10 s until the last receipt.
        ...{ rate: 2, secondsLeft: 0, preparation: null },
      },
      startedAt: JOB.createdAt,
      finishedAt: NOW.toISOString(),
      failures: [
        {
          ...{ reason: 'cut', exams: 3 },
          examples: ['P0', 'P1', 'P2'].map((patient) => ({ patient, exam: '1' })),
        },
      ],
      retry: 'retclip job create --program north --mode rescore --retry j1',
      reason: null,
    });
    const publish = vi.spyOn(home.events, 'publish');
    expect(await finishJob(home, JOB, RUNNING, new Date())).toEqual(report);
    expect(publish).not.toHaveBeenCalled();
    const events = await home.events.after(0, 10);
    expect(events.map(({ event }) => event)).toEqual([
      {
        ...{ type: 'JobFinished', id: 'north/j1', at: NOW.toISOString(), program: 'north', job: 'j1' },
        ...{ mode: 'rescore', state: 'finished', planned: 20, done: 17, skipped: 2, failed: 3 },
      },
    ]);
  });

  it('is announced before it is reported, so that it is again after a crash in between', async () => {
    await using run = await planned(0);
    const { home } = run;
    vi.spyOn(home.objects, 'put').mockRejectedValueOnce(new Error('the process has died'));
    await expect(finishJob(home, JOB, RUNNING, NOW)).rejects.toThrow('died');
    expect(await home.events.after(0, 10)).toHaveLength(1);
    expect(await readReport(home.objects, JOB)).toBeUndefined();
    const report = await finishJob(home, JOB, RUNNING, NOW);
    expect(report).toMatchObject({ retry: null, progress: { state: 'finished', rate: null, planned: 0 } });
  });

  it('leaves no selection and no results of its shards, however many, and keeps what came of them', async () => {
    await using run = await planned(17);
    const { objects } = run.home;
    const shards = Array.from({ length: 17 }, (_, shard) => shard);
    for (const shard of shards) {
      await objects.put(manifestKey(JOB, shard), Buffer.from('selection'));
      await objects.put(shardResultsKey(JOB, shard), Buffer.from('results'));
      await objects.put(shardProgressKey(JOB, shard), Buffer.from('progress'));
      await storeReceipt(objects, JOB, receipt(shard));
    }
    await finishJob(run.home, JOB, RUNNING, NOW);
    const left = (await objects.listVersions('jobs/north/j1/', { limit: 99 })).items.map(({ key }) => key);
    expect(left.toSorted()).toEqual([planKey(JOB), ...shards.map((shard) => receiptKey(JOB, shard))]);
  });

  it('is the one that was written first, where two write it at once', async () => {
    await using run = await planned(0);
    const { home } = run;
    const publish = home.events.publish.bind(home.events);
    const earlier = new Date('2026-05-01T08:59:00.000Z');
    vi.spyOn(home.events, 'publish').mockImplementationOnce(async (events) => {
      await finishJob(home, JOB, RUNNING, earlier);
      await publish(events);
    });
    const report = await finishJob(home, JOB, RUNNING, NOW);
    expect(report?.finishedAt).toBe(earlier.toISOString());
  });

  it('is a failure where the job is given up, whether cancelled or complete', async () => {
    await using run = await planned(0);
    await cancelJob(run.home.objects, JOB, 'operator', NOW);
    const report = await finishJob(run.home, JOB, { ...RUNNING, failure: 'No worker starts.' }, NOW);
    expect(report).toMatchObject({ reason: 'No worker starts.', progress: { state: 'failed' } });
  });

  it('is announced under a name that is not too long', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    const long = { ...JOB, program: 'n'.repeat(120), job: 'j'.repeat(120) };
    await finishJob(home, long, { ...RUNNING, failure: 'No manifest.' }, NOW);
    const [event] = await home.events.after(0, 10);
    expect(event?.event.id).toBe(`${'n'.repeat(120)}/${'j'.repeat(79)}`);
  });

  it('names reasons by how often they came, a hundred of them, with five examples', async () => {
    await using run = await planned(1);
    const many = Array.from({ length: 101 }, (_, index) => failed(`reason ${index}`, 1)).flat();
    await storeReceipt(
      run.home.objects,
      JOB,
      receipt(0, { done: 0, failed: [...many, ...failed('often', 7, 50)] }),
    );
    const report = await finishJob(run.home, JOB, RUNNING, NOW);
    expect(report?.failures).toHaveLength(100);
    expect(report?.failures[0]).toMatchObject({ reason: 'often', exams: 7 });
    expect(report?.failures[0]?.examples.map(({ patient }) => patient)).toEqual([
      ...['P50', 'P51', 'P52', 'P53', 'P54'],
    ]);
  });

  it('counts erased exams among those that failed, and gives none as an example', async () => {
    await using run = await planned(1);
    const reason = 'The exam was erased while the job ran.';
    const erased = { patient: 'erased', exam: 'erased', reason };
    await storeReceipt(
      run.home.objects,
      JOB,
      receipt(0, { done: 7, failed: [erased, ...failed(reason, 1, 4), erased] }),
    );
    const report = await finishJob(run.home, JOB, RUNNING, NOW);
    expect(report?.failures).toEqual([{ reason, exams: 3, examples: [{ patient: 'P4', exam: '1' }] }]);
  });

  it('is a failure where workers have ended before all shards, and says what to look at', async () => {
    await using run = await planned(2);
    const letter = { queue: 'results', exam: 'north/P1/1', reason: 'r', remedy: 'm' };
    await storeReceipt(run.home.objects, JOB, receipt(0));
    const report = await finishJob(run.home, JOB, { ...ENDED, deadLetters: [letter] }, NOW);
    expect(report).toMatchObject({ progress: { state: 'failed', done: 10 }, deadLetters: [letter] });
    expect(report?.reason).toMatch(/Workers ended before all shards/);
    const [event] = await run.home.events.after(0, 10);
    expect(event?.event).toMatchObject({ state: 'failed', done: 10, planned: 20 });
  });

  it('is none while a job is not planned, unless it cannot be or was cancelled', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await storeJob(home.objects, JOB);
    expect(await finishJob(home, JOB, ENDED, NOW)).toBeUndefined();
    const other = { ...JOB, job: 'j2' };
    const report = await finishJob(home, other, { ...RUNNING, failure: 'No manifest.' }, NOW);
    expect(report).toMatchObject({ reason: 'No manifest.', progress: { state: 'failed', planned: 0 } });
    await cancelJob(home.objects, JOB, 'operator', NOW);
    expect(await finishJob(home, JOB, RUNNING, NOW)).toBeUndefined();
    const cancelled = await finishJob(home, JOB, ENDED, NOW);
    expect(cancelled).toMatchObject({ reason: null, progress: { state: 'cancelled', rate: null } });
    const states = (await home.events.after(0, 10)).map(({ event }) => 'state' in event && event.state);
    expect(states).toEqual(['failed', 'cancelled']);
  });

  it('compares heads of a shadow job, and no others', async () => {
    const shadow = { ...JOB, shadow: true };
    await using run = await planned(1, shadow);
    const counts = { both: 1, onlyLive: 0, onlyShadow: 0, neither: 1 };
    const compared = [{ label: 'amd', ...counts, unknownLive: { positive: 0, negative: 0 } }];
    await storeReceipt(run.home.objects, shadow, receipt(0, { compared }));
    const report = await finishJob(run.home, shadow, RUNNING, NOW);
    expect(report?.comparison?.labels).toMatchObject([{ label: 'amd', agreement: 1, kappa: 1 }]);
  });
});

describe('how far a job is', () => {
  it('is told from its plan, its receipts and its report', async () => {
    await using run = await planned(2);
    const { home, clock } = run;
    const reader = new ReceiptReader(home.objects);
    const unplanned = { ...JOB, job: 'j9' };
    expect(await progressOf(home.objects, unplanned, reader)).toMatchObject({
      ...{ state: 'planning', planned: null, rate: null, secondsLeft: null },
    });
    expect(await progressOf(home.objects, JOB, reader)).toMatchObject({
      ...{ state: 'running', planned: 20, done: 0, rate: null },
    });
    clock.now += 5_000;
    await storeReceipt(home.objects, JOB, receipt(0));
    expect(await progressOf(home.objects, JOB, reader)).toMatchObject({ rate: 2, secondsLeft: 5 });
    expect(await viewJob(home.objects, JOB, reader)).toMatchObject({
      heads: [{ name: 'odir', id: 'h1' }],
      ...{ job: 'j1', state: 'running', cancelling: false, finishedAt: null, failures: [], moved: [] },
      ...{ comparison: null, deadLetters: [], retry: null, reason: null },
      notice: 'Research use only: not for diagnosis.',
    });
    await cancelJob(home.objects, JOB, 'operator', NOW);
    expect(await viewJob(home.objects, JOB, reader)).toMatchObject({ cancelling: true, state: 'running' });
    const report = await finishJob(home, JOB, ENDED, NOW);
    expect(await progressOf(home.objects, JOB, reader)).toEqual(report?.progress);
    expect(await viewJob(home.objects, JOB, reader)).toMatchObject({
      ...{ state: 'cancelled', cancelling: false, finishedAt: NOW.toISOString(), secondsLeft: 0 },
    });
  });
});

it('tells how fast a job is by its last receipt', async () => {
  await using run = await planned(3);
  const { home, clock } = run;
  clock.now += 2_000;
  await storeReceipt(home.objects, JOB, receipt(0));
  clock.now += 3_000;
  await storeReceipt(home.objects, JOB, receipt(1));
  // 20 exams in 5 s, and 10 are left.
  const progress = await progressOf(home.objects, JOB, new ReceiptReader(home.objects));
  expect(progress).toMatchObject({ rate: 4, secondsLeft: 2.5 });
});
