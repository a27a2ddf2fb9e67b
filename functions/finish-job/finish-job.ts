import { reasonOf } from '../../core/errors.ts';
import { type JobKey, jobName } from '../../core/jobs/job-record.ts';
import { readJob } from '../../core/jobs/job-store.ts';
import { deadLettersOf } from '../../core/jobs/reports/dead-letters-of.ts';
import { finishJob, type JobEnd } from '../../core/jobs/reports/finish-job.ts';
import { type BatchJobEnded, batchJobEndedSchema } from '../../core/messages/batch-job-ended.ts';
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
  /** Why the home says that workers ended before their time: in AWS. */
  readonly reasonOfEnd?: (detail: BatchJobEnded['detail']) => Promise<string | undefined>;
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
  const { home, log, failureOf, reasonOfEnd } = options;
  const now = options.now ?? (() => new Date());
  return async (body, deliveries) => {
    const { detail } = parseMessage(batchJobEndedSchema, body);
    const job = await readJob(home.objects, detail.parameters);
    if (job === undefined) return;
    const because = await reasonOfEnd?.(detail).catch((error: unknown) => {
      // The job ends nevertheless, with less to say.
      log.warn('Why workers ended could not be found out', { job: jobName(job), reason: reasonOf(error) });
      return undefined;
    });
    const end: JobEnd = {
      noWorkerLeft: deliveries >= FINISH_DELIVERIES,
      failure: failureOf?.(job),
      because,
      deadLetters: await deadLettersOf(home.queues, job.program),
    };
    const report = await finishJob(home, job, end, now());
    if (report === undefined) throw new Error(`Results of job ${jobName(job)} are still on their way.`);
    log.info('A job has ended', { job: jobName(job), ...report.progress });
  };
}
