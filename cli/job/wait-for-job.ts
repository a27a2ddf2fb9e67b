import { setTimeout as delay } from 'node:timers/promises';
import { JOB_ENDS } from '../../core/jobs/job-report.ts';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { CliError, EXIT_CODES } from '../errors.ts';
import { type Progress, startProgress } from '../progress.ts';
import type { JobClient } from './job-client.ts';

const PAUSE_MILLISECONDS = 300;
const LONGEST_PAUSE_MILLISECONDS = 3_000;

/** `true` once a job cannot change any more. */
export function hasEnded(job: JobView): boolean {
  return JOB_ENDS.some((end) => end === job.state);
}

function failedNote(failed: number): string {
  return failed === 0 ? '' : `${failed} failed`;
}

/** The bars of a job on a terminal: one for its photographs, then one for its exams. */
class JobBars {
  readonly #visible: boolean;
  #photographs: Progress | undefined;
  #exams: Progress | undefined;

  constructor(visible: boolean) {
    this.#visible = visible;
  }

  show(job: JobView): void {
    const { preparation } = job;
    if (preparation?.finished === false) this.#showPhotographs(preparation);
    else this.#showExams(job);
  }

  stop(): void {
    this.#photographs?.stop();
    this.#exams?.stop();
  }

  #showPhotographs({ images, prepared, failed }: NonNullable<JobView['preparation']>): void {
    if (images !== null) this.#photographs ??= startProgress('prepare', 'photographs', images, this.#visible);
    this.#photographs?.update(prepared + failed, failedNote(failed));
  }

  #showExams({ preparation, planned, mode, done, failed }: JobView): void {
    if (preparation !== null && this.#photographs !== undefined) {
      this.#showPhotographs(preparation);
      this.#photographs.stop();
      this.#photographs = undefined;
    }
    if (planned !== null) this.#exams ??= startProgress(mode, 'exams', planned, this.#visible);
    this.#exams?.update(done + failed, failedNote(failed));
  }
}

/** Waits for a job's end, with bars on a terminal. A restart of the system in between does no harm. */
export async function waitForJob(client: JobClient, created: JobView, visible: boolean): Promise<JobView> {
  let job = created;
  const bars = new JobBars(visible);
  let pause = PAUSE_MILLISECONDS;
  try {
    while (!hasEnded(job)) {
      await delay(pause);
      pause = Math.min(pause * 1.1, LONGEST_PAUSE_MILLISECONDS);
      job = await client.show(job.job);
      bars.show(job);
    }
  } finally {
    bars.stop();
  }
  return job;
}

/** What a command ends with that waited for a job. @throws CliError if the job as a whole failed */
export function settle(job: JobView): void {
  if (job.state === 'failed') throw new CliError(`Job ${job.job} failed. ${job.reason ?? ''}`);
  if (job.failed > 0) process.exitCode = EXIT_CODES.refusedItems;
}
