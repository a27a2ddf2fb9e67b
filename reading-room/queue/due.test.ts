import { expect, it } from 'vitest';
import { dueGroup, dueIn } from './due.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');

it.each([
  ['2026-05-01T12:05:59Z', { isLate: false, unit: 'minutes', count: 5 }, 'today'],
  ['2026-05-01T11:20:00Z', { isLate: true, unit: 'minutes', count: 40 }, 'overdue'],
  ['2026-05-01T18:30:00Z', { isLate: false, unit: 'hours', count: 6 }, 'today'],
  ['2026-05-03T11:00:00Z', { isLate: false, unit: 'hours', count: 47 }, 'week'],
  ['2026-05-08T12:00:00Z', { isLate: false, unit: 'days', count: 7 }, 'later'],
  ['2026-04-21T11:59:00Z', { isLate: true, unit: 'days', count: 10 }, 'overdue'],
] as const)('what is due at %s', (dueAt, told, group) => {
  expect(dueIn(dueAt, NOW)).toEqual(told);
  expect(dueGroup(dueAt, NOW)).toBe(group);
});
