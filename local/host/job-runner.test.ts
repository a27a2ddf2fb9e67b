import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manifestKey } from '../../core/jobs/job-keys.ts';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import { cancelJob, readJob, readReport } from '../../core/jobs/job-store.ts';
import { planJob } from '../../core/jobs/planning/plan-job.ts';
import { ReceiptReader } from '../../core/jobs/receipts.ts';
import { progressOf } from '../../core/jobs/reports/job-progress.ts';
import { OTHER_MODEL, ScreeningJobs } from '../../core/jobs/testing/screening-job.ts';
import type { JobFinished } from '../../core/messages/domain-event.ts';
import { type ScreeningRequest, screeningRequestSchema } from '../../core/messages/screening-request.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { MODEL, outputOf } from '../../core/testing/records.ts';
import { rescoreJob } from '../../rescore-worker/rescore-job.ts';
import { JobRun } from '../../rescore-worker/testing/job-run.ts';
import { JobRunner } from './job-runner.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

let run: JobRun;
let runner: JobRunner | undefined;
beforeEach(async () => {
  run = await JobRun.open({ exams: 5, examsPerShard: 2 });
});
afterEach(async () => {
  await runner?.stop();
  await run[Symbol.asyncDispose]();
});

/** A host's runner. Re-scoring happens in this process instead of one of its own. */
function start(): JobRunner {
  const { home } = run;
  return new JobRunner({
    home,
    configuration: new Configuration(home.objects),
    log: QUIET,
    rescore: async (key, stopping) => {
      const job = await readJob(home.objects, key);
      if (job === undefined) return 1;
      await rescoreJob({ home, job, workerNumber: 0, workers: 1, pricePerHour: 0, log: QUIET, stopping });
      return 0;
    },
  });
}

async function ended(job: JobRecord) {
  for (;;) {
    await run.settle();
    const report = await readReport(run.home.objects, job);
    if (report !== undefined) return report;
    await delay(20);
  }
}

async function finished(): Promise<JobFinished[]> {
  const events = (await run.home.events.after(0, 1_000)).map(({ event }) => event);
  return events.filter((event) => event.type === 'JobFinished');
}

describe('the runner of jobs on one machine', () => {
  it('announces the end of a job once, with what it came to, over restarts', async () => {
    const job = await run.create({ heads: [await run.head('new')] });
    runner = start();
    const report = await ended(job);
    await runner.stop();
    const announced = await finished();
    expect(announced).toEqual([
      {
        type: 'JobFinished',
        id: `north/${job.job}`,
        at: report.finishedAt,
        ...{ program: 'north', job: job.job, mode: 'rescore', state: 'finished' },
        ...{ planned: 5, done: 5, skipped: 0, failed: 0 },
      },
    ]);
    const later = await run.create({ selection: { outcome: 'refer-urgent' } });
    runner = start();
    expect((await ended(later)).progress).toMatchObject({ state: 'finished', planned: 0 });
    expect(await finished()).toHaveLength(2);
  });

  it('announces exams that failed, and a job that could not be planned', async () => {
    const [missing = ''] = run.population.shards;
    await run.home.objects.delete(missing);
    const failing = await run.create({ heads: [await run.head('new')] });
    const unplanned = await run.create({ selection: { manifest: 'job-manifests/north/none' } });
    runner = start();
    await Promise.all([failing, unplanned].map(ended));
    const announced = await finished();
    expect(announced.find(({ job }) => job === failing.job)).toMatchObject({
      ...{ state: 'finished', planned: 5, done: 3, failed: 2 },
    });
    expect(announced.find(({ job }) => job === unplanned.job)).toMatchObject({
      ...{ state: 'failed', planned: 0, done: 0, failed: 0 },
    });
    expect(announced).toHaveLength(2);
  });

  it('gives a job up whose selection is damaged, and says why in its report', async () => {
    const job = await run.create({ mode: 'screen' });
    await planJob(run.home, job);
    await run.home.objects.put(manifestKey(job, 0), Buffer.from('no line'));
    runner = start();
    const { progress, reason } = await ended(job);
    expect(progress).toMatchObject({ state: 'failed', done: 0 });
    expect(reason).toMatch(/Line 1 of shard 0 of job .* is damaged/);
  });

  it('ends a cancelled job without beginning a shard', async () => {
    const job = await run.create({ mode: 'screen' });
    await cancelJob(run.home.objects, job, 'operator', new Date());
    runner = start();
    expect((await ended(job)).progress).toMatchObject({ state: 'cancelled', done: 0 });
    expect(await run.home.queues.screening.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    expect(await finished()).toMatchObject([{ job: job.job, state: 'cancelled' }]);
  });

  it('sends what is to be screened to the worker, and counts the answers', async () => {
    const job = await run.create({ mode: 'screen', selection: { outcome: 'refer' } });
    const { home } = run;
    runner = start();
    const { queue } = home.queues.screening;
    let report = await readReport(home.objects, job);
    while (report === undefined) {
      for (const { body, receipt } of await queue.receive({ maxMessages: 10, waitSeconds: 0 })) {
        const request: ScreeningRequest = screeningRequestSchema.parse(JSON.parse(body));
        const result = { schema: 'screening-result/2', exam: request.exam, output: outputOf(request) };
        await home.queues.results.queue.send([{ body: JSON.stringify(result), group: job.program }]);
        await queue.delete([receipt]);
      }
      await run.settle();
      await delay(20);
      report = await readReport(home.objects, job);
    }
    expect(report).toMatchObject({
      mode: 'screen',
      reason: null,
      progress: { state: 'finished', failed: 0 },
    });
    expect(report.progress.done).toBe(report.progress.planned);
  });

  it('has what lacks pixels prepared first, and asks the worker for nothing before', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2', 'P3']);
    const { home } = jobs.run;
    await jobs.run.activate(OTHER_MODEL);
    const job = await jobs.create();
    const waiting = new JobRunner({
      ...{ home, configuration: new Configuration(home.objects), log: QUIET },
      rescore: async () => 1,
    });
    const screening = home.queues.screening.queue;
    const reader = new ReceiptReader(home.objects);
    await vi.waitFor(async () => expect(await jobs.askedFor()).toHaveLength(6));
    expect(await progressOf(home.objects, job, reader)).toMatchObject({
      preparation: { images: 6, prepared: 0, finished: false },
    });
    expect(await screening.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    await jobs.prepare();
    while ((await readReport(home.objects, job)) === undefined) {
      await jobs.run.screen();
      await jobs.run.deliver('results');
      await delay(20);
    }
    await waiting.stop();
    expect((await readReport(home.objects, job))?.progress).toMatchObject({
      ...{ state: 'finished', planned: 3, done: 3, skipped: 0, failed: 0 },
      preparation: { images: 6, prepared: 6, found: 0, failed: 0, finished: true },
    });
  }, 60_000);

  it('screens by heads that have just become active, though it had read the former ones a moment ago', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2']);
    const { home } = jobs.run;
    const configuration = new Configuration(home.objects);
    await configuration.screening();
    await jobs.run.activate({ ...MODEL, heads: [{ name: 'odir', id: 'h2' }] });
    const job = await jobs.create();
    const parts = { home, configuration, log: QUIET, rescore: async () => 1 };
    const waiting = new JobRunner(parts);
    while ((await readReport(home.objects, job)) === undefined) {
      await jobs.run.screen();
      await jobs.run.deliver('results');
      await delay(20);
    }
    await waiting.stop();
    expect((await readReport(home.objects, job))?.progress).toMatchObject({ done: 2, skipped: 0 });
  }, 60_000);

  it('gives images up that are not prepared, screens the other exams, and says which are to be done again', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2']);
    const { home } = jobs.run;
    await jobs.run.activate(OTHER_MODEL);
    const job = await jobs.create();
    const { queue } = home.queues['bulk-preparation'];
    const waiting = new JobRunner({
      ...{ home, configuration: new Configuration(home.objects), log: QUIET, patienceSeconds: 2 },
      rescore: async () => 1,
    });
    while ((await readReport(home.objects, job)) === undefined) {
      // What is asked of P1 is lost, whenever it is asked.
      const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      const lost = messages.filter(({ body }) => body.includes('/P1/'));
      await queue.delete(lost.map(({ receipt }) => receipt));
      const others = messages.filter((message) => !lost.includes(message));
      if (others.length > 0) await jobs.run.call('bulk-preparation', others);
      const told = await home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (told.length > 0) await jobs.run.call('intake', told);
      await jobs.run.screen();
      await jobs.run.deliver('results');
      await delay(20);
    }
    await waiting.stop();
    expect(await readReport(home.objects, job)).toMatchObject({
      progress: {
        ...{ state: 'finished', planned: 2, done: 1, failed: 1 },
        preparation: { images: 4, prepared: 2, failed: 2, finished: true },
      },
      failures: [
        {
          exams: 1,
          examples: [{ patient: 'P1', exam: '1' }],
          reason: expect.stringContaining('2 photographs were not prepared'),
        },
      ],
      retry: expect.stringContaining(`--retry ${job.job}`),
    });
  }, 60_000);
});
