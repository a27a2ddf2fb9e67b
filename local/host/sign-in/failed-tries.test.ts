import { expect, it } from 'vitest';
import { FailedTries } from './failed-tries.ts';

const LOCK_OUT = {
  ...{ free: 3, firstMilliseconds: 1_000, mostMilliseconds: 5_000 },
  forgottenMilliseconds: 24 * 3_600_000,
};

function tries() {
  let now = 50_000;
  const failed = new FailedTries(LOCK_OUT, () => now);
  return {
    failed,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

it('lets some tries fail, then waits twice as long each time, up to the longest', () => {
  const { failed, pass } = tries();
  const waits: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    expect(failed.begin('anna')).toBe(0);
    const wait = failed.waitOf('anna');
    waits.push(wait);
    if (wait > 0) expect(failed.begin('anna')).toBe(wait);
    pass(wait);
  }
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

it('makes no one else wait', () => {
  const { failed } = tries();
  for (let round = 0; round < 4; round += 1) failed.begin('anna');
  expect(failed.waitOf('anna')).toBe(1_000);
  expect(failed.waitOf('ben')).toBe(0);
});

it('counts tries that are looked at together, each before its answer', () => {
  const { failed } = tries();
  const answers = Array.from({ length: 10 }, () => failed.begin('anna'));
  expect(answers.filter((wait) => wait === 0)).toHaveLength(3);
});

it('forgets when a try is right, and after a day without one', () => {
  const { failed, pass } = tries();
  for (let round = 0; round < 3; round += 1) failed.begin('anna');
  failed.succeeded('anna');
  expect(failed.waitOf('anna')).toBe(0);
  for (let round = 0; round < 3; round += 1) failed.begin('anna');
  pass(24 * 3_600_000);
  expect([failed.begin('anna'), failed.begin('anna')]).toEqual([0, 0]);
});

it('remembers no more names than fit, the newest', () => {
  const { failed } = tries();
  for (let name = 0; name < 10_050; name += 1) failed.begin(`name ${name}`);
  for (let round = 0; round < 2; round += 1) failed.begin('name 10049');
  expect(failed.waitOf('name 10049')).toBe(1_000);
});
