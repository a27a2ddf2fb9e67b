import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import { readJob, readReport } from '../../core/jobs/job-store.ts';
import type { JobFinished } from '../../core/ports/events.ts';
import { Configuration } from '../../core/programs/configuration.ts';
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
      await rescoreJob({ home, job, worker: 0, workers: 1, pricePerHour: 0, log: QUIET, stopping });
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
});
