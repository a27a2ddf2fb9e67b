import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { CoreError, reasonOf } from '../../core/errors.ts';
import { jobRecordKey } from '../../core/jobs/job-keys.ts';
import type { JobPlan } from '../../core/jobs/job-plan.ts';
import { type JobKey, type JobRecord, jobName } from '../../core/jobs/job-record.ts';
import { listJobs, readReport } from '../../core/jobs/job-store.ts';
import { deadLettersOf } from '../../core/jobs/reports/dead-letters-of.ts';
import type { JobPreparation } from '../../core/messages/job-preparation.ts';
import type { Log } from '../../core/ports/log.ts';
import { createFinishJob, FINISH_DELIVERIES } from '../../functions/finish-job/finish-job.ts';
import { createPlanJob } from '../../functions/plan-job/plan-job.ts';
import { objectCreatedEvent } from '../objects/object-created-event.ts';
import { jobEndedEvent } from './job-ended-event.ts';
import { type JobWorkersOptions, runJobWorkers } from './job-workers.ts';
import { RepeatedWork } from './repeated-work.ts';

/** A message that is to be handled after a while. */
interface Delayed {
  readonly message: JobPreparation;
  readonly seconds: number;
}

export interface JobRunnerOptions extends JobWorkersOptions {
  readonly log: Log;
}

/** Jobs that run side by side; others wait. */
const JOBS_AT_ONCE = 2;
const LOOK_MILLISECONDS = 300;
/** Before a job that failed is tried again. */
const RETRY_MILLISECONDS = 10_000;
const PAGE = 1_000;
/** On one machine a job prepares a few minutes' images at a time, beside those of today. */
const PREPARATION = { patienceSeconds: 3_600, shardsAtOnce: 2, lookSeconds: 5, leastPauseSeconds: 0.3 };
const BUCKET = 'local';

/**
 * Runs jobs on this machine by the functions that run them in AWS, called with the events that AWS sends:
 *
 * ```
 * job-records/… ─ new ─▶ plan-job ─▶ workers of this machine ─ ended ─▶ finish-job ─▶ job-reports/…
 *                          ▲  ╰─ images are open: again, after a while
 * schedule ticker ─ due ───╯
 * ```
 *
 * All state is in the store, so a host that was killed goes on with every job where it stood.
 */
export class JobRunner {
  /** The function `plan-job`, called with the body of a message. */
  readonly plan: (body: string) => Promise<void>;
  readonly #finish: (body: string, deliveries: number) => Promise<void>;
  readonly #options: JobRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #limit = pLimit(JOBS_AT_ONCE);
  readonly #seen = new Map<string, Promise<void>>();
  /** Why jobs were given up, by their names. */
  readonly #failures = new Map<string, string>();
  /** Messages that a queue would hold back in AWS, by the jobs' names. */
  readonly #delayed = new Map<string, Delayed>();
  readonly #work: RepeatedWork;

  constructor(options: JobRunnerOptions) {
    const { home, configuration, log, patienceSeconds = PREPARATION.patienceSeconds } = options;
    this.#options = options;
    this.plan = createPlanJob({
      ...{ home, configuration, log },
      preparation: { ...PREPARATION, patienceSeconds },
      later: async (message, seconds) => void this.#delayed.set(jobName(message), { message, seconds }),
      deadLetters: (program) => deadLettersOf(home.queues, program),
      start: (job, plan) => this.#run(job, plan),
      // The ticker reads schedules from the store.
      follow: async () => undefined,
    });
    this.#finish = createFinishJob({ home, log, failureOf: (job) => this.#failures.get(jobName(job)) });
    this.#work = new RepeatedWork({
      round: (signal) => this.#look(signal),
      pauseMilliseconds: LOOK_MILLISECONDS,
      onFault: (reason) => log.error('Jobs could not be listed', { reason }),
    });
  }

  /** Ends workers; the next host goes on with what is open. */
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
    const running = this.#limit(() => this.#announce(key)).catch((error: unknown) => {
      this.#options.log.error('A job failed and is tried again', { job: name, reason: reasonOf(error) });
      return delay(RETRY_MILLISECONDS, undefined, { signal: this.#stopping.signal }).then(
        () => void this.#seen.delete(name),
        () => undefined,
      );
    });
    this.#seen.set(name, running);
  }

  /** Tells plan-job of a job's record, as the store's notification does in AWS. Resolves when the job has ended. */
  async #announce(key: JobKey): Promise<void> {
    const { objects } = this.#options.home;
    if (this.#stopping.signal.aborted || (await readReport(objects, key)) !== undefined) return;
    const object = await objects.head(jobRecordKey(key));
    if (object === undefined) return;
    const { signal } = this.#stopping;
    await this.plan(objectCreatedEvent({ object, sequence: 0 }, BUCKET));
    for (let next = this.#takeDelayed(key); next !== undefined; next = this.#takeDelayed(key)) {
      await delay(next.seconds * 1_000, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.plan(JSON.stringify(next.message));
    }
  }

  #takeDelayed(key: JobKey): Delayed | undefined {
    const next = this.#delayed.get(jobName(key));
    this.#delayed.delete(jobName(key));
    return next;
  }

  /** Runs a planned job and tells finish-job of its end. By then its results have been waited for. */
  async #run(job: JobRecord, plan: JobPlan): Promise<void> {
    const { signal } = this.#stopping;
    const name = jobName(job);
    this.#failures.delete(name);
    try {
      await runJobWorkers(this.#options, job, plan, signal);
      if (signal.aborted) return;
    } catch (error) {
      // A job that cannot be understood is over; anything else is tried again.
      if (!(error instanceof CoreError)) throw error;
      this.#failures.set(name, error.message);
    }
    const status = this.#failures.has(name) ? 'FAILED' : 'SUCCEEDED';
    await this.#finish(jobEndedEvent(job, status), FINISH_DELIVERIES);
    this.#failures.delete(name);
  }
}
