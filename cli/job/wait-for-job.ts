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

/** Waits for a job's end, with a bar on a terminal for its photographs and one for its exams. A restart of the system in between does no harm. */
export async function waitForJob(client: JobClient, created: JobView, visible: boolean): Promise<JobView> {
  let job = created;
  let preparing: Progress | undefined;
  let bar: Progress | undefined;
  let pause = PAUSE_MILLISECONDS;
  try {
    while (!hasEnded(job)) {
      await delay(pause);
      pause = Math.min(pause * 1.1, LONGEST_PAUSE_MILLISECONDS);
      job = await client.show(job.job);
      const { preparation } = job;
      if (preparation !== null && !preparation.finished) {
        if (preparation.images !== null)
          preparing ??= startProgress('prepare', 'photographs', preparation.images, visible);
        preparing?.update(preparation.prepared + preparation.failed, failedNote(preparation.failed));
        continue;
      }
      if (preparation !== null)
        preparing?.update(preparation.prepared + preparation.failed, failedNote(preparation.failed));
      preparing?.stop();
      preparing = undefined;
      if (job.planned !== null) bar ??= startProgress(job.mode, 'exams', job.planned, visible);
      bar?.update(job.done + job.failed, failedNote(job.failed));
    }
  } finally {
    preparing?.stop();
    bar?.stop();
  }
  return job;
}

/** What a command ends with that waited for a job. @throws CliError if the job as a whole failed */
export function settle(job: JobView): void {
  if (job.state === 'failed') throw new CliError(`Job ${job.job} failed. ${job.reason ?? ''}`);
  if (job.failed > 0) process.exitCode = EXIT_CODES.refusedItems;
}
