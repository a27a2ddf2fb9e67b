import { z } from 'zod';
import { readStoredJson } from '../../core/documents/stored-json.ts';
import { reasonOf } from '../../core/errors.ts';
import { JOB_SCHEDULES_PREFIX } from '../../core/jobs/job-keys.ts';
import { type JobSchedule, lastDue, listSchedules } from '../../core/jobs/schedules/job-schedule.ts';
import type { ScheduleDue } from '../../core/messages/schedule-due.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { RepeatedWork } from './repeated-work.ts';

export interface ScheduleTickerOptions {
  readonly home: Pick<Home, 'objects'>;
  /** The function `plan-job`: it is told of each schedule that is due. */
  readonly plan: (body: string) => Promise<void>;
  readonly log: Log;
  /** The time of day. */
  readonly now?: () => Date;
  readonly tickMilliseconds?: number;
}

const TICK_MILLISECONDS = 1_000;
const PAGE = 1_000;
/** Clocks are set by less than this every day. */
const AHEAD_MILLISECONDS = 60_000;

const firedSchema = z.object({ schema: z.literal('schedule-fired/1'), at: z.iso.datetime() });

function firedKey({ program, schedule }: JobSchedule): string {
  return `${JOB_SCHEDULES_PREFIX}${program}/${schedule}.fired`;
}

/**
 * Makes schedules due on this machine, as EventBridge Scheduler does in AWS. A schedule that was due several times while
 * no host ran is due once, at the next start.
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
    const { home, plan, log, now = () => new Date() } = this.#options;
    const fired = await readStoredJson(home.objects, firedKey(schedule), firedSchema);
    const present = now();
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
