import { CoreError } from '../../errors.ts';
import type { ScreeningTerms } from '../../exams/request-screening.ts';
import type { JobPreparation } from '../../messages/job-preparation.ts';
import type { Home } from '../../ports/index.ts';
import type { Log } from '../../ports/log.ts';
import type { JobPlan } from '../job-plan.ts';
import { type JobKey, type JobRecord, jobName } from '../job-record.ts';
import type { DeadLetter } from '../job-report.ts';
import { isCancelled, readJob, readReport } from '../job-store.ts';
import {
  type OpenPreparation,
  PREPARATION_PATIENCE,
  type PreparationPatience,
  prepareShards,
} from '../preparation/prepare-shards.ts';
import { finishJob } from '../reports/finish-job.ts';
import { planJob } from './plan-job.ts';

export interface JobStart {
  readonly home: Pick<Home, 'objects' | 'exams' | 'events' | 'prepared' | 'queues'>;
  readonly log: Log;
  /** What screens now, and how images are prepared for it. */
  readonly terms: () => Promise<ScreeningTerms>;
  /** How long preparation is waited for, and how much is prepared at a time, where it is not as in AWS. */
  readonly preparation?: Partial<PreparationPatience> | undefined;
  /** Has a message about a job handled after some seconds, 0 to 900. */
  readonly later: (message: JobPreparation, delaySeconds: number) => Promise<void>;
  /** Whether workers have begun with a job, where the home remembers it: there is nothing more to begin. */
  readonly isStarted?: ((job: JobRecord) => Promise<boolean>) | undefined;
  /** Has workers begin with a job that is planned and prepared; must be idempotent. */
  readonly start: (job: JobRecord, plan: JobPlan) => Promise<unknown>;
  /** What the report of a job that ends here says of the dead letters; nothing if left out. */
  readonly deadLetters?: ((program: string) => Promise<readonly DeadLetter[]>) | undefined;
  /** About 1,000 unless told. */
  readonly examsPerShard?: number | undefined;
  readonly now: () => Date;
}

/**
 * Plans a job, has the images prepared that a screening lacks, and then has workers begin with it. While images are open it
 * ends and asks to be called again. A job that cannot be planned, that was cancelled or that selects no exam ends here, with
 * its report.
 *
 * @param key of a job that is new, or was begun before: then it goes on where it stood
 * @param waiting what the last look at its images has left, if there was one
 */
export async function beginJob(
  options: JobStart,
  key: JobKey,
  waiting: OpenPreparation | null = null,
): Promise<void> {
  const { home, log, start, deadLetters, now } = options;
  const job = await readJob(home.objects, key);
  if (job === undefined || (await readReport(home.objects, key)) !== undefined) return;
  if ((await options.isStarted?.(job)) === true) return;

  async function end(of: JobRecord, failure?: string): Promise<void> {
    const letters = await deadLetters?.(of.program);
    const report = await finishJob(home, of, { noWorkerLeft: true, failure, deadLetters: letters }, now());
    log.info('A job has ended', { job: jobName(key), ...report?.progress });
  }

  if (await isCancelled(home.objects, key)) return end(job);
  async function giveUp(of: JobRecord, what: string, error: unknown): Promise<void> {
    if (!(error instanceof CoreError)) throw error;
    log.error(what, { job: jobName(key), reason: error.message });
    return end(of, error.message);
  }

  let plan: JobPlan;
  try {
    plan = await planJob(home, job, now, options.examsPerShard);
  } catch (error) {
    return giveUp(job, 'A job could not be planned', error);
  }
  if (waiting === null)
    log.info('A job is planned', { job: jobName(key), shards: plan.shards, exams: plan.planned });
  if (plan.shards === 0) return end(job);
  let look: Awaited<ReturnType<typeof prepareShards>>;
  try {
    look = job.mode === 'screen' ? await prepare(options, job, plan, waiting) : null;
  } catch (error) {
    return giveUp(job, 'The images of a job could not be prepared', error);
  }
  if (look === null) await start(job, plan);
  else
    await options.later(
      { schema: 'job-preparation/1', ...{ program: job.program, job: job.job }, ...look.open },
      look.pauseSeconds,
    );
}

async function prepare(
  { home, terms, preparation, log }: JobStart,
  job: JobRecord,
  plan: JobPlan,
  waiting: OpenPreparation | null,
): ReturnType<typeof prepareShards> {
  const patience = { ...PREPARATION_PATIENCE, ...preparation };
  const look = await prepareShards({ ...patience, home, job, plan, terms: await terms() }, waiting);
  if (look === null) log.info('The images of a job are prepared', { job: jobName(job) });
  else if (waiting === null) log.info('A job waits for its images', { job: jobName(job), ...look.open });
  else if (look.open.askedAgain && !waiting.askedAgain)
    log.warn('Images of a job are asked for once more', { job: jobName(job), ...look.open });
  return look;
}
