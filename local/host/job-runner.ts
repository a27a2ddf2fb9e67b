import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { CoreError } from '../../core/errors.ts';
import type { JobPlan } from '../../core/jobs/job-plan.ts';
import { type JobKey, type JobRecord, jobName } from '../../core/jobs/job-record.ts';
import { isCancelled, listJobs, readJob, readReport, readShard } from '../../core/jobs/job-store.ts';
import { planJob } from '../../core/jobs/planning/plan-job.ts';
import { listReceipts, readReceipt, storeReceipt } from '../../core/jobs/receipts.ts';
import { deadLettersOf } from '../../core/jobs/reports/dead-letters-of.ts';
import { finishJob } from '../../core/jobs/reports/finish-job.ts';
import { screenShard } from '../../core/jobs/shards/screen-shard.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { RepeatedWork } from './repeated-work.ts';

export interface JobRunnerOptions {
  readonly home: Home;
  readonly configuration: Configuration;
  readonly log: Log;
  /** Re-scores what is open of a job. @returns the worker's exit code */
  readonly rescore: (job: JobKey, signal: AbortSignal) => Promise<number | null>;
  /** A job is given up when nothing of it has been dealt with for this long. */
  readonly patienceSeconds?: number;
}

/** Jobs that run side by side; others wait. */
const JOBS_AT_ONCE = 2;
/** Shards whose exams wait for the worker at once, so that it never runs dry. */
const SHARDS_AT_ONCE = 2;
const LOOK_MILLISECONDS = 300;
const PATIENCE_SECONDS = 900;
/** Times that a worker is started for what is open of a job. */
const ATTEMPTS = 5;
const PAGE = 1_000;

/**
 * Runs jobs on this machine: what plan-job, AWS Batch and finish-job do in the cloud. All state is in the store, so a
 * host that was killed goes on with every job where it stood.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #limit = pLimit(JOBS_AT_ONCE);
  readonly #seen = new Map<string, Promise<void>>();
  readonly #work: RepeatedWork;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#work = new RepeatedWork({
      round: (signal) => this.#look(signal),
      pauseMilliseconds: LOOK_MILLISECONDS,
      onFault: (reason) => options.log.error('Jobs could not be listed', { reason }),
    });
  }

  /** Ends workers; what is open is gone on with by the next host. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work.stop();
    await Promise.all(this.#seen.values());
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    let cursor: string | undefined;
    do {
      const page = await listJobs(this.#options.home.objects, null, { limit: PAGE, cursor });
      for (const key of page.items) this.#begin(key);
      cursor = page.cursor;
    } while (cursor !== undefined && !signal.aborted);
    return false;
  }

  #begin(key: JobKey): void {
    const name = jobName(key);
    if (this.#seen.has(name)) return;
    const running = this.#limit(() => this.#runJob(key)).catch((error: unknown) => {
      this.#options.log.error('A job failed and is tried again', { job: name, reason: reasonOf(error) });
      return delay(10_000, undefined, { signal: this.#stopping.signal }).then(
        () => void this.#seen.delete(name),
        () => undefined,
      );
    });
    this.#seen.set(name, running);
  }

  async #runJob(key: JobKey): Promise<void> {
    const { home, log } = this.#options;
    const { signal } = this.#stopping;
    if (signal.aborted || (await readReport(home.objects, key)) !== undefined) return;
    const job = await readJob(home.objects, key);
    if (job === undefined) return;
    const failure = await this.#workOn(job).catch((error: unknown) => {
      // A job that cannot be understood is over; anything else is tried again.
      if (error instanceof CoreError) return reasonOf(error);
      throw error;
    });
    if (signal.aborted && failure === undefined) return;
    const deadLetters = await deadLettersOf(home.queues, job.program);
    const end = { noWorkerLeft: true, deadLetters, ...(failure === undefined ? {} : { failure }) };
    const report = await finishJob(home, job, end, new Date());
    log.info('A job has ended', { job: jobName(job), ...report?.progress });
  }

  async #workOn(job: JobRecord): Promise<undefined> {
    const { home, rescore } = this.#options;
    const { signal } = this.#stopping;
    if (await isCancelled(home.objects, job)) return;
    const plan = await planJob(home, job);
    for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt += 1) {
      if (job.mode === 'screen') await this.#screen(job, plan);
      else if ((await listReceipts(home.objects, job)).length < plan.shards) await rescore(job, signal);
      if (await this.#allReceived(job, plan)) return;
    }
  }

  async #screen(job: JobRecord, plan: JobPlan): Promise<void> {
    const { home, configuration, patienceSeconds = PATIENCE_SECONDS } = this.#options;
    const { signal } = this.#stopping;
    const { queue } = home.queues.screening;
    const limit = pLimit(SHARDS_AT_ONCE);
    const one = async (shard: number) => {
      if (signal.aborted || (await isCancelled(home.objects, job))) return;
      if ((await readReceipt(home.objects, job, shard)) !== undefined) return;
      const receipt = await screenShard({
        home,
        job,
        model: await configuration.activeModel(),
        shard,
        lines: await readShard(home.objects, job, shard),
        screen: (request) => queue.send([{ body: JSON.stringify(request), group: job.program }]),
        patienceSeconds,
        pricePerHour: 0,
        signal,
      });
      if (receipt !== null) await storeReceipt(home.objects, job, receipt);
    };
    await Promise.all(Array.from({ length: plan.shards }, (_, shard) => limit(() => one(shard))));
  }

  /** Waits for the results on their way. @returns `true` if there is nothing left to be done about the job */
  async #allReceived(job: JobRecord, plan: JobPlan): Promise<boolean> {
    const { home, patienceSeconds = PATIENCE_SECONDS } = this.#options;
    const { signal } = this.#stopping;
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
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
