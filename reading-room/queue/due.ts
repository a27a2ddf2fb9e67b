const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long until something is due, or since it was, in the largest whole unit. */
export interface DueIn {
  readonly isLate: boolean;
  readonly unit: 'minutes' | 'hours' | 'days';
  readonly count: number;
}

/** @example dueIn('2026-05-01T12:00:00Z', Date.parse('2026-05-01T09:10:00Z')) // { isLate: false, unit: 'hours', count: 2 } */
export function dueIn(dueAt: string, now: number): DueIn {
  const left = Date.parse(dueAt) - now;
  const size = Math.abs(left);
  const isLate = left < 0;
  if (size < HOUR) return { isLate, unit: 'minutes', count: Math.floor(size / MINUTE) };
  if (size < 2 * DAY) return { isLate, unit: 'hours', count: Math.floor(size / HOUR) };
  return { isLate, unit: 'days', count: Math.floor(size / DAY) };
}

/** When something is due, for the heads of a list. */
export type DueGroup = 'overdue' | 'today' | 'week' | 'later';

export function dueGroup(dueAt: string, now: number): DueGroup {
  const left = Date.parse(dueAt) - now;
  if (left < 0) return 'overdue';
  if (left < DAY) return 'today';
  return left < 7 * DAY ? 'week' : 'later';
}
