import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readStoredJson } from '../../documents/stored-json.ts';
import { storeOnce } from '../../documents/stored-once.ts';
import { InvalidInputError } from '../../errors.ts';
import { identifierSchema } from '../../exams/identifier.ts';
import type { ObjectStore, Page, PageRequest } from '../../ports/index.ts';
import { jobId } from '../job-id.ts';
import { JOB_SCHEDULES_PREFIX } from '../job-keys.ts';
import { jobRequestSchema } from '../planning/job-request.ts';
import { nextRun } from './schedule-expression.ts';

/** A job that is called for again and again. */
export const jobScheduleSchema = z.object({
  schema: z.literal('job-schedule/1'),
  program: identifierSchema,
  schedule: identifierSchema,
  /** As EventBridge Scheduler takes it. */
  expression: z.string().min(1).max(256),
  /** IANA name. */
  timeZone: z.string().min(1).max(60),
  request: jobRequestSchema,
  state: z.enum(['active', 'deleted']),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type JobSchedule = Readonly<z.infer<typeof jobScheduleSchema>>;

/** Runs that were missed are passed over one by one; after this many the rest is passed over at once. */
const MISSED = 10_000;
const DAY_MILLISECONDS = 86_400_000;
const KEY = /^job-schedules\/([^/]+)\/([^/]+)\.json$/;

export function jobScheduleKey(program: string, schedule: string): string {
  return `${JOB_SCHEDULES_PREFIX}${program}/${schedule}.json`;
}

/** Name of a schedule in EventBridge: 64 of letters, digits, `_`, `-` and `.` at most. */
export function schedulerName({ program, schedule }: Pick<JobSchedule, 'program' | 'schedule'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([program, schedule]))
    .digest('hex');
  return `job-${digest.slice(0, 40)}`;
}

/** @returns `undefined` if it is not stored */
export function readSchedule(
  store: ObjectStore,
  program: string,
  schedule: string,
): Promise<JobSchedule | undefined> {
  return readStoredJson(store, jobScheduleKey(program, schedule), jobScheduleSchema);
}

/**
 * Keeps a schedule, which makes it due.
 *
 * @throws InvalidInputError if it is malformed, or lies in the past: it would never be due
 */
export async function storeSchedule(store: ObjectStore, schedule: JobSchedule, now: Date): Promise<void> {
  const { program, expression, timeZone, createdAt } = schedule;
  if (nextRun(expression, timeZone, now, new Date(createdAt)) === null) {
    throw new InvalidInputError(
      `Schedule ${JSON.stringify(expression)} (${timeZone}) lies in the past: it would never be due. Name a time to come.`,
    );
  }
  await storeOnce(store, jobScheduleKey(program, schedule.schedule), schedule);
}

/**
 * Makes a schedule of a request, with an id of its own.
 *
 * @throws InvalidInputError if it is malformed, or lies in the past: it would never be due
 */
export async function createSchedule(
  store: ObjectStore,
  order: Pick<JobSchedule, 'program' | 'expression' | 'timeZone' | 'request' | 'createdBy'>,
  now: Date,
): Promise<JobSchedule> {
  const { program, expression, timeZone, request, createdBy } = order;
  const schedule: JobSchedule = {
    schema: 'job-schedule/1',
    ...{ program, schedule: jobId(now), expression, timeZone, request },
    ...{ state: 'active', createdAt: now.toISOString(), createdBy },
  };
  await storeSchedule(store, schedule, now);
  return schedule;
}

/** Ends a schedule; its jobs stay. */
export async function deleteSchedule(store: ObjectStore, schedule: JobSchedule): Promise<JobSchedule> {
  const deleted: JobSchedule = { ...schedule, state: 'deleted' };
  await store.put(jobScheduleKey(schedule.program, schedule.schedule), Buffer.from(JSON.stringify(deleted)), {
    contentType: 'application/json',
  });
  return deleted;
}

/** @returns the schedule that a key names, or `null` if the key is not of a schedule */
export function scheduleOfKey(key: string): Pick<JobSchedule, 'program' | 'schedule'> | null {
  const [, program, schedule] = KEY.exec(key) ?? [];
  return program === undefined || schedule === undefined ? null : { program, schedule };
}

/** Schedules of one program, or of all. */
export async function listSchedules(
  store: ObjectStore,
  program: string | null,
  page: PageRequest,
): Promise<Page<JobSchedule>> {
  const prefix = program === null ? JOB_SCHEDULES_PREFIX : `${JOB_SCHEDULES_PREFIX}${program}/`;
  const { items, cursor } = await store.list(prefix, page);
  const read = items.map(async ({ key }) => {
    const name = scheduleOfKey(key);
    return name === null ? undefined : readSchedule(store, name.program, name.schedule);
  });
  const schedules = (await Promise.all(read)).filter((schedule) => schedule !== undefined);
  return cursor === undefined ? { items: schedules } : { items: schedules, cursor };
}

/** The last instant after `from`, and not after `now`, at which a schedule was due; `null` if there is none. */
export function lastDue(schedule: JobSchedule, from: Date, now: Date): Date | null {
  const { expression, timeZone, createdAt } = schedule;
  let due: Date | null = null;
  let after = from;
  for (let passed = 0; ; passed += 1) {
    const next = nextRun(expression, timeZone, after, new Date(createdAt));
    if (next === null || next > now) return due;
    due = next;
    after = passed < MISSED ? next : new Date(Math.max(next.getTime(), now.getTime() - DAY_MILLISECONDS));
  }
}
