import { type JobKey, jobName } from '../../core/jobs/job-record.ts';
import { readJob } from '../../core/jobs/job-store.ts';
import { deadLettersOf } from '../../core/jobs/reports/dead-letters-of.ts';
import { finishJob, type JobEnd } from '../../core/jobs/reports/finish-job.ts';
import { batchJobEndedSchema } from '../../core/messages/batch-job-ended.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';

/** At this delivery, about an hour after the first, results that are still missing are no longer waited for. */
export const FINISH_DELIVERIES = 30;

export interface FinishJobOptions {
  readonly home: Pick<Home, 'objects' | 'events' | 'queues'>;
  readonly log: Log;
  /** Why the workers gave a job up, where the home knows: on one machine. */
  readonly failureOf?: (job: JobKey) => string | undefined;
  readonly now?: () => Date;
}

/**
 * Makes the handler of ended Batch jobs: it writes the report of the job once the last results are written to their
 * exams.
 *
 * @returns the handler of a message's body. It throws while results are on their way: the message is to be delivered
 * again
 */
export function createFinishJob(
  options: FinishJobOptions,
): (body: string, deliveries: number) => Promise<void> {
  const { home, log, failureOf } = options;
  const now = options.now ?? (() => new Date());
  return async (body, deliveries) => {
    const { detail } = parseMessage(batchJobEndedSchema, body);
    const job = await readJob(home.objects, detail.parameters);
    if (job === undefined) return;
    const end: JobEnd = {
      noWorkerLeft: deliveries >= FINISH_DELIVERIES,
      failure: failureOf?.(job),
      deadLetters: await deadLettersOf(home.queues, job.program),
    };
    const report = await finishJob(home, job, end, now());
    if (report === undefined) throw new Error(`Results of job ${jobName(job)} are still on their way.`);
    log.info('A job has ended', { job: jobName(job), ...report.progress });
  };
}
