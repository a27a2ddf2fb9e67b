import { z } from 'zod';
import { readStoredJson } from '../../core/documents/stored-json.ts';
import { reasonOf } from '../../core/errors.ts';
import { JOB_SCHEDULES_PREFIX } from '../../core/jobs/job-keys.ts';
import { type JobSchedule, listSchedules } from '../../core/jobs/schedules/job-schedule.ts';
import { nextRun } from '../../core/jobs/schedules/schedule-expression.ts';
import type { ScheduleDue } from '../../core/messages/schedule-due.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { RepeatedWork } from './repeated-work.ts';

export interface ScheduleTickerOptions {
  readonly home: Pick<Home, 'objects'>;
  /** The function `plan-job`: it is told of each schedule that is due. */
  readonly plan: (body: string) => Promise<void>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly tickMilliseconds?: number;
}

const TICK_MILLISECONDS = 1_000;
const PAGE = 1_000;
/** Runs that were missed are passed over one by one; after so many the rest is passed over at once. */
const MISSED = 10_000;
/** By so little a clock is set every day. */
const AHEAD_MILLISECONDS = 60_000;

const firedSchema = z.object({ schema: z.literal('schedule-fired/1'), at: z.iso.datetime() });

function firedKey({ program, schedule }: JobSchedule): string {
  return `${JOB_SCHEDULES_PREFIX}${program}/${schedule}.fired`;
}

/** The last instant up to now at which a schedule was due since `from`; `null` if it was not. */
export function lastDue(schedule: JobSchedule, from: Date, now: Date): Date | null {
  const { expression, timeZone, createdAt } = schedule;
  let due: Date | null = null;
  let after = from;
  for (let passed = 0; ; passed += 1) {
    const next = nextRun(expression, timeZone, after, new Date(createdAt));
    if (next === null || next > now) return due;
    due = next;
    after = passed < MISSED ? next : new Date(Math.max(next.getTime(), now.getTime() - 86_400_000));
  }
}

/**
 * Makes schedules due on this machine, as EventBridge Scheduler does in AWS. What was due while no host ran is made up
 * for once, at the next start.
 */
export class ScheduleTicker {
  readonly #options: ScheduleTickerOptions;
  readonly #work: RepeatedWork;

  constructor(options: ScheduleTickerOptions) {
    this.#options = options;
    this.#work = new RepeatedWork({
      round: (signal) => this.#look(signal),
      pauseMilliseconds: options.tickMilliseconds ?? TICK_MILLISECONDS,
      onFault: (reason) => options.log.error('Schedules could not be looked at', { reason }),
    });
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    let cursor: string | undefined;
    do {
      const page = await listSchedules(this.#options.home.objects, null, { limit: PAGE, cursor });
      for (const schedule of page.items) if (schedule.state === 'active') await this.#tick(schedule);
      cursor = page.cursor;
    } while (cursor !== undefined && !signal.aborted);
    return false;
  }

  async #tick(schedule: JobSchedule): Promise<void> {
    const { home, plan, log, now = Date.now } = this.#options;
    const fired = await readStoredJson(home.objects, firedKey(schedule), firedSchema);
    const present = new Date(now());
    const since = new Date(fired?.at ?? schedule.createdAt);
    if (since.getTime() - present.getTime() > AHEAD_MILLISECONDS) {
      // The clock was ahead when it fired last: what is due until then must not be passed over.
      log.warn('A schedule had fired by a clock that was ahead', {
        schedule: schedule.schedule,
        firedAt: fired?.at,
      });
      await this.#setFired(schedule, present);
      return;
    }
    const due = lastDue(schedule, since, present);
    if (due === null) return;
    const message: ScheduleDue = {
      ...{ schema: 'schedule-due/1', program: schedule.program, schedule: schedule.schedule },
      at: due.toISOString(),
    };
    try {
      await plan(JSON.stringify(message));
    } catch (error) {
      log.error('A schedule was due, but its job cannot be created', {
        ...{ program: schedule.program, schedule: schedule.schedule, due: message.at },
        reason: reasonOf(error),
      });
    }
    // After the job: a host that dies in between makes the very same job again.
    await this.#setFired(schedule, due);
  }

  async #setFired(schedule: JobSchedule, at: Date): Promise<void> {
    const { home } = this.#options;
    const content = { schema: 'schedule-fired/1', at: at.toISOString() };
    await home.objects.put(firedKey(schedule), Buffer.from(JSON.stringify(content)), {
      contentType: 'application/json',
    });
  }
}
