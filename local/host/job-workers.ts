import { setTimeout as delay } from 'node:timers/promises';
import type { JobPlan } from '../../core/jobs/job-plan.ts';
import type { JobKey, JobRecord } from '../../core/jobs/job-record.ts';
import { isCancelled } from '../../core/jobs/job-store.ts';
import { shardsOfWorker } from '../../core/jobs/planning/plan-job.ts';
import { listReceipts } from '../../core/jobs/receipts.ts';
import { screenShards } from '../../core/jobs/shards/screen-shards.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Configuration } from '../../core/programs/configuration.ts';

export interface JobWorkersOptions {
  readonly home: Home;
  readonly configuration: Configuration;
  /** Re-scores what is open of a job. @returns the worker's exit code */
  readonly rescore: (job: JobKey, signal: AbortSignal) => Promise<number | null>;
  /** A job is given up when nothing of it has been dealt with for this long. */
  readonly patienceSeconds?: number;
}

const PATIENCE_SECONDS = 900;
/** Times that workers are started for what is open of a job. */
const ATTEMPTS = 5;
const LOOK_MILLISECONDS = 300;

/**
 * Does what AWS Batch does in the cloud: has workers deal with the shards of a job, and starts them again as long as
 * shards are open. Exams to be screened go to the one worker of this machine through the screening queue; re-scoring has
 * a process of its own.
 *
 * @returns once every shard has its receipt, the job is cancelled, the last attempt has ended, or `signal` is aborted
 */
export async function runJobWorkers(
  options: JobWorkersOptions,
  job: JobRecord,
  plan: JobPlan,
  signal: AbortSignal,
): Promise<void> {
  const { home, rescore } = options;
  for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt += 1) {
    if (job.mode === 'screen') await screen(options, job, plan, signal);
    else if ((await listReceipts(home.objects, job)).length < plan.shards) await rescore(job, signal);
    if (await allReceived(options, job, plan, signal)) return;
  }
}

async function screen(
  { home, configuration, patienceSeconds = PATIENCE_SECONDS }: JobWorkersOptions,
  job: JobRecord,
  plan: JobPlan,
  signal: AbortSignal,
): Promise<void> {
  const { queue } = home.queues.screening;
  await screenShards({
    home,
    job,
    shards: shardsOfWorker(plan, 0, 1),
    // By what was read a moment ago, every exam may have its answer.
    terms: () => configuration.screening(true),
    screen: (request) => queue.send([{ body: JSON.stringify(request), group: job.program }]),
    patienceSeconds,
    pricePerHour: 0,
    signal,
  });
}

/** Waits for results on their way. @returns `true` if nothing is left to be done about the job */
async function allReceived(
  { home, patienceSeconds = PATIENCE_SECONDS }: JobWorkersOptions,
  job: JobRecord,
  plan: JobPlan,
  signal: AbortSignal,
): Promise<boolean> {
  let known = -1;
  let lastReceipt = performance.now();
  while (!signal.aborted) {
    const received = (await listReceipts(home.objects, job)).length;
    if (received >= plan.shards) return true;
    const { visible, inFlight } = await home.queues.results.queue.depth();
    if (visible + inFlight === 0) return isCancelled(home.objects, job);
    if (received > known) lastReceipt = performance.now();
    known = received;
    if (performance.now() - lastReceipt > patienceSeconds * 1_000) return false;
    await delay(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
  return true;
}
