import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { storeHead } from '../core/heads/stored-heads.ts';
import { jobId } from '../core/jobs/job-id.ts';
import type { JobRecord } from '../core/jobs/job-record.ts';
import type { JobReport } from '../core/jobs/job-report.ts';
import { readPlan, readReport, storeJob } from '../core/jobs/job-store.ts';
import { Configuration } from '../core/programs/configuration.ts';
import { createAggregate } from '../functions/aggregate/aggregate.ts';
import { openLocalHome } from '../local/home.ts';
import { JobRunner } from '../local/host/job-runner.ts';
import { LogFile } from '../local/host/log-file.ts';
import { QueuePoller } from '../local/host/queue-poller.ts';
import { runRescoreWorker } from '../local/host/rescore-process.ts';
import { drawnHead, populate } from '../rescore-worker/testing/population.ts';

/**
 * Re-scores populations from synthetic features, by the very parts that `retclip local` runs: the planner, the
 * re-scoring worker in a process of its own, the results queue, aggregation and the exam table.
 *
 * node bench/rescore.ts [--exams 10000,100000] [--embedding 512] [--shard 32]
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '10000,100000' },
    embedding: { type: 'string', default: '512' },
    /** Exams of a feature shard: half of a GPU worker's batch of 64. */
    shard: { type: 'string', default: '32' },
  },
});

const QUIET = {
  info: () => undefined,
  warn: () => undefined,
  error: (...words: unknown[]) => console.error(...words),
};
const LABELS = [
  'normal',
  'glaucoma',
  'cataract',
  'amd',
  'hypertension',
  'myopia',
  'diabetic-retinopathy',
  'other',
];

interface Measured {
  readonly exams: number;
  readonly seconds: number;
  readonly planSeconds: number;
  readonly hostMegabytes: number;
  /** Processor time of the host: on a machine with other work it tells more than the clock. */
  readonly hostSeconds: number;
}

async function measure(exams: number): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'rescore-bench-'));
  const home = await openLocalHome(join(directory, 'data'));
  try {
    const embedding = Number(values.embedding);
    const population = await populate(home, {
      exams,
      embedding,
      examsPerShard: Number(values.shard),
      labels: 8,
    });
    const head = await storeHead(home.objects, drawnHead('new', embedding, LABELS));
    const configuration = new Configuration(home.objects);
    const parts = { home, configuration, log: QUIET, counters: { add: () => undefined } };
    const poller = new QueuePoller(home.queues.results.queue, createAggregate(parts), QUIET);
    const runner = new JobRunner({
      ...parts,
      rescore: (job, signal) =>
        runRescoreWorker(job, home.folder.directory, new LogFile(join(directory, 'jobs.log')), signal),
    });
    const now = new Date();
    const { model, preprocessing, heads } = population.model;
    const job: JobRecord = {
      schema: 'job/1',
      program: population.program,
      job: jobId(now),
      mode: 'rescore',
      selection: {},
      createdAt: now.toISOString(),
      createdBy: 'bench',
      model,
      preprocessing,
      heads: [...heads, head],
      shadow: false,
      schedule: null,
    };
    let hostMegabytes = 0;
    const watch = setInterval(() => {
      hostMegabytes = Math.max(hostMegabytes, process.memoryUsage().rss / 2 ** 20);
    }, 200);
    const processorBefore = process.cpuUsage();
    const began = performance.now();
    await storeJob(home.objects, job);
    let report: JobReport | undefined;
    while (report === undefined) {
      await delay(50);
      report = await readReport(home.objects, job);
    }
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(processorBefore);
    clearInterval(watch);
    await runner.stop();
    await poller.stop();
    if (report.progress.done !== exams || report.progress.failed > 0)
      throw new Error(`Expected ${exams} exams done but received ${JSON.stringify(report.progress)}.`);
    const plan = await readPlan(home.objects, job);
    const planSeconds = (Date.parse(plan?.plannedAt ?? '') - now.getTime()) / 1_000;
    return { exams, seconds, planSeconds, hostMegabytes, hostSeconds: (user + system) / 1e6 };
  } finally {
    await home.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const measured: Measured[] = [];
for (const exams of String(values.exams).split(',').map(Number)) {
  const one = await measure(exams);
  measured.push(one);
  const rate = one.exams / one.seconds;
  console.log(
    `${exams} exams: ${one.seconds.toFixed(1)} s (${one.planSeconds.toFixed(1)} s of it planning), ${rate.toFixed(0)} exams/s, ${one.hostSeconds.toFixed(1)} s of the host's processor time, host at most ${one.hostMegabytes.toFixed(0)} MB; 1,000,000 at this rate: ${(1e6 / rate / 60).toFixed(1)} min`,
  );
}
const [first, ...rest] = measured;
for (const { exams, seconds } of rest) {
  if (first === undefined) break;
  const factor = seconds / exams / (first.seconds / first.exams);
  console.log(`time per exam at ${exams} is ${factor.toFixed(2)} times that at ${first.exams}`);
}
