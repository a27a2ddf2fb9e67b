import { jobOfRecordKey } from '../../core/jobs/job-keys.ts';
import { beginJob, type JobStart } from '../../core/jobs/planning/begin-job.ts';
import { fireSchedule } from '../../core/jobs/schedules/fire-schedule.ts';
import { type JobSchedule, readSchedule, scheduleOfKey } from '../../core/jobs/schedules/job-schedule.ts';
import { handleEach } from '../../core/messages/object-created.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import type { ScheduleDue } from '../../core/messages/schedule-due.ts';
import type { Configuration } from '../../core/programs/configuration.ts';

export interface PlanJobOptions extends Omit<JobStart, 'now' | 'terms'> {
  readonly configuration: Configuration;
  /** Makes a stored schedule due at its times; must be idempotent. */
  readonly follow: (schedule: JobSchedule) => Promise<void>;
  readonly now?: () => Date;
}

/**
 * Makes the handler of messages about jobs: a new job is planned, its images are prepared and it is started, a changed
 * schedule is followed, a schedule that is due creates its job, whose record is then announced as any other.
 *
 * ```
 * job-records/…   announced ─▶ shards, plan ─▶ images asked for ─▶ workers
 * job-preparation/1, delayed ──────────────────────╯  ╰─ some are open ─▶ job-preparation/1, delayed
 * job-schedules/… announced ─▶ scheduler ─ due ─▶ job-records/…
 * ```
 *
 * @returns the handler of a message's body. It throws InvalidInputError for a message that is none of these
 */
export function createPlanJob(options: PlanJobOptions): (body: string) => Promise<void> {
  const { home, configuration, log, follow } = options;
  const jobStart: JobStart = {
    ...options,
    // A job is often called for because another model has just become active.
    terms: () => configuration.screening(true),
    now: options.now ?? (() => new Date()),
  };

  async function handleObject(key: string): Promise<void> {
    const job = jobOfRecordKey(key);
    if (job !== null) return beginJob(jobStart, job);
    const name = scheduleOfKey(key);
    const schedule = name && (await readSchedule(home.objects, name.program, name.schedule));
    if (schedule) await follow(schedule);
  }

  async function handleDue({ program, schedule, at }: ScheduleDue): Promise<void> {
    const job = await fireSchedule(home, configuration, program, schedule, new Date(at));
    log.info('A schedule was due', { program, schedule, due: at, job: job?.job });
  }

  return async (body) => {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'schedule-due/1':
        return handleDue(message);
      case 'job-preparation/1':
        return beginJob(jobStart, { program: message.program, job: message.job }, message);
      case 'object-created':
        return handleEach(message, ({ key }) => handleObject(key));
      default:
        throw new UnexpectedMessageError('the planning of jobs', message.schema);
    }
  };
}
