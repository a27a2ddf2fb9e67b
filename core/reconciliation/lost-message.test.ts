import { expect, it } from 'vitest';
import { fateOf } from './lost-message.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

it.each([
  // age, messages waiting, fate
  [0, 0, 'waits'],
  [HOUR - 1, 0, 'waits'],
  [HOUR, 0, 'lost'],
  [HOUR, 1, 'waits'],
  [DAY - 1, 1, 'waits'],
  [DAY, 1, 'lost'],
  [DAY, 999, 'lost'],
  [DAY, 1_000, 'waits'],
  [14 * DAY - 1, 1_000, 'waits'],
  [14 * DAY, 1_000_000, 'lost'],
] as const)('a message of age %i ms beside %i that wait: %s', (age, waiting, fate) => {
  const signs = { age, waiting, isBuried: false, sawAllLetters: true };
  expect(fateOf(signs)).toBe(fate);
  expect(fateOf({ ...signs, sawAllLetters: false })).toBe(fate === 'lost' ? 'undecided' : 'waits');
  for (const sawAllLetters of [true, false])
    expect(fateOf({ ...signs, isBuried: true, sawAllLetters })).toBe('buried');
});
