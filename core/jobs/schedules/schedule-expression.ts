import { Cron } from 'croner';
import { InvalidInputError, reasonOf } from '../../errors.ts';

const CRON = /^cron\(([^\s()]+(?: [^\s()]+){5})\)$/;
const RATE = /^rate\(([1-9]\d{0,5}) (minute|minutes|hour|hours|day|days)\)$/;
const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;
const UNIT_MILLISECONDS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

function refuse(expression: string, why: string): InvalidInputError {
  return new InvalidInputError(
    `Schedule ${JSON.stringify(expression.slice(0, 100))} ${why}. Expected "cron(0 2 * * ? *)" (minute, hour, day of month, month, day of week, year; one of the days is "?"), "rate(1 day)" or "at(2027-01-31T02:00:00)".`,
  );
}

/** The cron's next run; the fields are EventBridge's, with Sunday as day 1. */
function cronOf(expression: string, fields: string, timezone: string): Cron {
  const days = [fields.split(' ')[2], fields.split(' ')[4]];
  if (days.filter((day) => day === '?').length !== 1)
    throw refuse(expression, 'names both a day of the month and a day of the week, or neither');
  try {
    return new Cron(`0 ${fields}`, { timezone, alternativeWeekdays: true, paused: true });
  } catch (error) {
    throw refuse(expression, `cannot be understood (${reasonOf(error)})`);
  }
}

/** @throws InvalidInputError unless it is an IANA time zone */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new InvalidInputError(
      `Expected an IANA time zone such as "Asia/Shanghai" but received ${JSON.stringify(timeZone.slice(0, 60))}.`,
    );
  }
}

/**
 * When a schedule is due next, by the expressions of EventBridge Scheduler: the same on one machine and in AWS. What a
 * change to summer time leaves out is due at the next moment that exists.
 *
 * @param after excluded
 * @param created from which a rate counts
 * @returns `null` if it is never due again
 * @throws InvalidInputError if the expression or the time zone cannot be understood
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @example nextRun('cron(0 2 * * ? *)', 'Asia/Shanghai', new Date('2026-05-01T00:00:00Z'), created) // 2026-05-01T18:00:00Z
 */
export function nextRun(expression: string, timeZone: string, after: Date, created: Date): Date | null {
  checkTimeZone(timeZone);
  const [, fields] = CRON.exec(expression) ?? [];
  if (fields !== undefined) return cronOf(expression, fields, timeZone).nextRun(after);
  const [, every, unit] = RATE.exec(expression) ?? [];
  if (every !== undefined && unit !== undefined) {
    const step = Number(every) * UNIT_MILLISECONDS[unit.replace(/s$/, '') as keyof typeof UNIT_MILLISECONDS];
    const steps = Math.max(1, Math.floor((after.getTime() - created.getTime()) / step) + 1);
    return new Date(created.getTime() + steps * step);
  }
  const [, instant] = AT.exec(expression) ?? [];
  if (instant === undefined) throw refuse(expression, 'is none');
  const calendar = new Date(`${instant}Z`);
  // A day that the month does not have rolls over.
  if (Number.isNaN(calendar.getTime()) || !calendar.toISOString().startsWith(instant))
    throw refuse(expression, 'names no instant');
  return new Cron(instant, { timezone: timeZone, paused: true }).nextRun(after);
}
