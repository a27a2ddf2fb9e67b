import { CoreError } from '../../errors.ts';
import type { Home } from '../../ports/index.ts';
import type { Log } from '../../ports/log.ts';
import type { JobPlan } from '../job-plan.ts';
import { type JobKey, type JobRecord, jobName } from '../job-record.ts';
import type { DeadLetter } from '../job-report.ts';
import { isCancelled, readJob, readReport } from '../job-store.ts';
import { finishJob } from '../reports/finish-job.ts';
import { planJob } from './plan-job.ts';

export interface JobStart {
  readonly home: Pick<Home, 'objects' | 'exams' | 'events'>;
  readonly log: Log;
  /** Has workers begin with a planned job; must be idempotent. */
  readonly start: (job: JobRecord, plan: JobPlan) => Promise<unknown>;
  /** What the report of a job that ends here says of the dead letters; nothing if left out. */
  readonly deadLetters?: ((program: string) => Promise<readonly DeadLetter[]>) | undefined;
  /** About 1,000 unless told. */
  readonly examsPerShard?: number | undefined;
  readonly now: () => Date;
}

/**
 * Plans a job and has workers begin with it. A job that cannot be planned, that was cancelled or that selects no exam
 * ends here, with its report.
 *
 * @param key of a job that is new, or was begun before: then it goes on where it stood
 */
export async function beginJob(options: JobStart, key: JobKey): Promise<void> {
  const { home, log, start, deadLetters, now } = options;
  const job = await readJob(home.objects, key);
  if (job === undefined || (await readReport(home.objects, key)) !== undefined) return;

  async function end(of: JobRecord, failure?: string): Promise<void> {
    const letters = await deadLetters?.(of.program);
    const report = await finishJob(home, of, { noWorkerLeft: true, failure, deadLetters: letters }, now());
    log.info('A job has ended', { job: jobName(key), ...report?.progress });
  }

  if (await isCancelled(home.objects, key)) return end(job);
  let plan: JobPlan;
  try {
    plan = await planJob(home, job, now, options.examsPerShard);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    log.error('A job could not be planned', { job: jobName(key), reason: error.message });
    return end(job, error.message);
  }
  log.info('A job is planned', { job: jobName(key), shards: plan.shards, exams: plan.planned });
  if (plan.shards === 0) await end(job);
  else await start(job, plan);
}
