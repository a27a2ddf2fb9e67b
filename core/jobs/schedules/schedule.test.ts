import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../errors.ts';
import { type JobSchedule, lastDue } from './job-schedule.ts';
import { nextRun } from './schedule-expression.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

describe('a schedule', () => {
  it.each([
    ['cron(0 2 * * ? *)', 'UTC', '2026-11-25T02:00:00.000Z'],
    ['cron(0 2 * * ? *)', 'Asia/Shanghai', '2026-11-24T18:00:00.000Z'],
    ['cron(30 3 ? * 1 *)', 'UTC', '2026-11-29T03:30:00.000Z'],
    ['cron(30 3 ? * SUN *)', 'UTC', '2026-11-29T03:30:00.000Z'],
    ['cron(0 0 L * ? *)', 'UTC', '2026-11-30T00:00:00.000Z'],
    ['cron(0 0 1 1 ? 2030)', 'UTC', '2030-01-01T00:00:00.000Z'],
    ['rate(1 day)', 'UTC', '2026-11-25T00:00:00.000Z'],
    ['rate(5 minutes)', 'UTC', '2026-11-24T12:05:00.000Z'],
    ['at(2027-01-31T02:00:00)', 'Europe/Berlin', '2027-01-31T01:00:00.000Z'],
  ])('%s in %s is due next at %s', (expression, timeZone, next) => {
    const created = new Date('2026-11-24T00:00:00Z');
    expect(nextRun(expression, timeZone, NOW, created)?.toISOString()).toBe(next);
  });

  it.each([['at(2020-01-01T00:00:00)'], ['cron(0 0 1 1 ? 2020)']])('%s is never due again', (expression) => {
    expect(nextRun(expression, 'UTC', NOW, NOW)).toBeNull();
  });

  it.each([
    ['0 2 * * *', 'UTC', 'Schedule "0 2 * * *" is none. Expected "cron(0 2 * * ? *)" ('],
    ['cron(0 2 * * * *)', 'UTC', 'names both a day of the month and a day of the week, or neither. E'],
    ['cron(0 2 ? * ? *)', 'UTC', 'names both a day of the month and a day of the week, or neither. E'],
    ['cron(99 2 * * ? *)', 'UTC', 'cannot be understood ('],
    ['cron(0 2 * *)', 'UTC', 'is none. E'],
    ['rate(0 days)', 'UTC', 'is none. E'],
    ['rate(1 week)', 'UTC', 'is none. E'],
    ['at(tomorrow)', 'UTC', 'is none. E'],
    ['at(2027-02-31T02:00:00)', 'UTC', 'names no instant. E'],
    [
      'rate(1 day)',
      'Mars/Olympus',
      'Expected an IANA time zone such as "Asia/Shanghai" but received "Mars/Olympus".',
    ],
  ])('%s in %s is refused', (expression, timeZone, message) => {
    expect(() => nextRun(expression, timeZone, NOW, NOW)).toThrow(InvalidInputError);
    expect(() => nextRun(expression, timeZone, NOW, NOW)).toThrow(message);
  });

  it('is refused with its beginning alone where it is long', () => {
    expect(() => nextRun('x'.repeat(101), 'UTC', NOW, NOW)).toThrow(`Schedule "${'x'.repeat(100)}" is none`);
    const zone = () => nextRun('rate(1 day)', 'z'.repeat(61), NOW, NOW);
    expect(zone).toThrow(`received "${'z'.repeat(60)}".`);
  });

  it('that was due several times while no host ran is made up for once', () => {
    const schedule: JobSchedule = {
      schema: 'job-schedule/1',
      program: 'north',
      schedule: 's',
      expression: 'cron(0 2 * * ? *)',
      timeZone: 'UTC',
      request: { mode: 'rescore', selection: {}, heads: [], thresholds: {}, shadow: false },
      state: 'active',
      createdAt: '2026-11-20T00:00:00.000Z',
      createdBy: 'operator',
    };
    const due = lastDue(schedule, new Date(schedule.createdAt), NOW);
    expect(due?.toISOString()).toBe('2026-11-24T02:00:00.000Z');
    expect(lastDue(schedule, due ?? NOW, NOW)).toBeNull();
  });

  it.each([
    // Fridays: the last one was four days ago.
    ['cron(0 2 ? * 6 *)', '2026-11-20T02:00:00.000Z'],
    ['at(2026-11-21T02:00:00)', '2026-11-21T02:00:00.000Z'],
    // At this very moment, after 20,160 others.
    ['rate(1 minute)', '2026-11-24T12:00:00.000Z'],
    ['at(2026-11-24T12:00:01)', null],
  ])('of %s was due last at %s, two weeks after it was made', (expression, last) => {
    const created = '2026-11-10T12:00:00.000Z';
    const schedule: JobSchedule = {
      ...{ schema: 'job-schedule/1', program: 'north', schedule: 's', expression, timeZone: 'UTC' },
      request: { mode: 'rescore', selection: {}, heads: [], thresholds: {}, shadow: false },
      ...{ state: 'active', createdAt: created, createdBy: 'operator' },
    };
    expect(lastDue(schedule, new Date(created), NOW)?.toISOString() ?? null).toBe(last);
  });
});
