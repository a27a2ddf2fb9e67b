import { z } from 'zod';
import { CoreError, InvalidInputError } from '../../core/errors.ts';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { jobOfRecordKey } from '../../core/jobs/job-keys.ts';
import type { JobPlan } from '../../core/jobs/job-plan.ts';
import { type JobKey, type JobRecord, jobName } from '../../core/jobs/job-record.ts';
import { isCancelled, readJob, readReport } from '../../core/jobs/job-store.ts';
import { planJob } from '../../core/jobs/planning/plan-job.ts';
import { finishJob } from '../../core/jobs/reports/finish-job.ts';
import { type JobSchedule, readSchedule, scheduleOfKey } from '../../core/jobs/schedules/job-schedule.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { handleEach, parseObjectCreated } from '../intake/object-created.ts';
import { fireSchedule } from './fire-schedule.ts';

/** Told by EventBridge Scheduler. */
const scheduleDueSchema = z.object({
  schema: z.literal('schedule-due/1'),
  program: identifierSchema,
  schedule: identifierSchema,
  at: z.iso.datetime({ offset: true }),
});

export interface PlanJobOptions {
  readonly home: Pick<Home, 'objects' | 'exams' | 'events'>;
  readonly configuration: Configuration;
  readonly log: Log;
  /** Has workers begin with a planned job; must be idempotent. */
  readonly start: (job: JobRecord, plan: JobPlan) => Promise<unknown>;
  /** Makes a stored schedule due at its times; must be idempotent. */
  readonly follow: (schedule: JobSchedule) => Promise<void>;
  /** About 1,000 unless told. */
  readonly examsPerShard?: number;
  readonly now?: () => Date;
}

/**
 * Makes the handler of messages about jobs: a new job is planned and started, a changed schedule followed, a schedule
 * that is due creates its job, whose record is then announced as any other.
 *
 * ```
 * job-records/…   announced ─▶ shards, plan ─▶ AWS Batch
 * job-schedules/… announced ─▶ EventBridge Scheduler ─ due ─▶ job-records/…
 * ```
 *
 * @throws InvalidInputError for a message that is none of these
 */
export function createPlanJob(options: PlanJobOptions): (body: string) => Promise<void> {
  const { home, configuration, log, start, follow } = options;
  const now = options.now ?? (() => new Date());

  async function plan(key: JobKey): Promise<void> {
    const job = await readJob(home.objects, key);
    if (job === undefined || (await readReport(home.objects, key)) !== undefined) return;
    let planned: JobPlan;
    try {
      if (await isCancelled(home.objects, key)) {
        await finishJob(home, job, { noWorkerLeft: true }, now());
        return;
      }
      planned = await planJob(home, job, now, options.examsPerShard);
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      await finishJob(home, job, { noWorkerLeft: true, failure: error.message }, now());
      log.error('A job could not be planned', { job: jobName(key), reason: error.message });
      return;
    }
    log.info('A job is planned', { job: jobName(key), shards: planned.shards, exams: planned.planned });
    if (planned.shards === 0) await finishJob(home, job, { noWorkerLeft: true }, now());
    else await start(job, planned);
  }

  async function handleObject(key: string): Promise<void> {
    const job = jobOfRecordKey(key);
    if (job !== null) return plan(job);
    const name = scheduleOfKey(key);
    const schedule = name && (await readSchedule(home.objects, name.program, name.schedule));
    if (schedule) await follow(schedule);
  }

  return async (body) => {
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      throw new InvalidInputError(
        `Expected a JSON message but received ${JSON.stringify(body.slice(0, 80))}.`,
      );
    }
    const due = scheduleDueSchema.safeParse(content);
    if (due.success) {
      const { program, schedule, at } = due.data;
      await fireSchedule(home, configuration, program, schedule, new Date(at));
      return;
    }
    const announced = parseObjectCreated(content);
    if (announced === null) {
      throw new InvalidInputError(
        `Expected a new job, a changed schedule or a schedule that is due but received ${JSON.stringify(body.slice(0, 80))}: ${z.prettifyError(due.error)}`,
      );
    }
    await handleEach(announced, ({ key }) => handleObject(key));
  };
}
