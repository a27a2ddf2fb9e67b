import { z } from 'zod';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { jobName } from '../../core/jobs/job-record.ts';
import { readJob } from '../../core/jobs/job-store.ts';
import { deadLettersOf } from '../../core/jobs/reports/dead-letters-of.ts';
import { finishJob } from '../../core/jobs/reports/finish-job.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';

/** Told by AWS Batch when a job's last worker has ended. */
export const batchJobEndedSchema = z.object({
  detail: z.object({
    status: z.enum(['SUCCEEDED', 'FAILED']),
    parameters: z.object({ program: identifierSchema, job: identifierSchema }),
  }),
});

/** Deliveries after which results that are still missing are waited for no longer: about an hour. */
export const FINISH_DELIVERIES = 30;

export interface FinishJobOptions {
  readonly home: Pick<Home, 'objects' | 'events' | 'queues'>;
  readonly log: Log;
  readonly now?: () => Date;
}

/**
 * Makes the handler of ended Batch jobs: writes the job's report once its last results are written to their exams.
 *
 * @throws Error while results are on their way: the message is to be delivered again
 */
export function createFinishJob(
  options: FinishJobOptions,
): (body: string, deliveries: number) => Promise<void> {
  const { home, log } = options;
  const now = options.now ?? (() => new Date());
  return async (body, deliveries) => {
    const { detail } = parseMessage(batchJobEndedSchema, body);
    const job = await readJob(home.objects, detail.parameters);
    if (job === undefined) return;
    const deadLetters = await deadLettersOf(home.queues, job.program);
    const end = { noWorkerLeft: deliveries >= FINISH_DELIVERIES, deadLetters };
    const report = await finishJob(home, job, end, now());
    if (report === undefined) throw new Error(`Results of job ${jobName(job)} are still on their way.`);
    log.info('A job has ended', { job: jobName(job), ...report.progress });
  };
}
