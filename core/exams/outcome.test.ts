import { expect, it } from 'vitest';
import {
  isNegative,
  isReferral,
  moreUrgent,
  OUTCOMES,
  perOutcome,
  READER_OUTCOMES,
  RULE_OUTCOMES,
} from './outcome.ts';

it('outcomes stand in the order of their urgency', () => {
  expect(OUTCOMES).toEqual(['recall', 'not-assessed', 'ungradable', 'refer', 'refer-urgent']);
});

it.each([
  ['recall', 'refer', 'refer'],
  ['refer-urgent', 'refer', 'refer-urgent'],
  ['ungradable', 'not-assessed', 'ungradable'],
  ['recall', 'recall', 'recall'],
] as const)('of %s and %s the more urgent is %s', (a, b, urgent) => {
  expect(moreUrgent(a, b)).toBe(urgent);
});

it('no rule leads to what follows from something missing, and no reader decides that nothing was assessed', () => {
  expect(RULE_OUTCOMES).toEqual(['recall', 'refer', 'refer-urgent']);
  expect(READER_OUTCOMES).toEqual(['recall', 'ungradable', 'refer', 'refer-urgent']);
});

it('a patient is sent on by a referral only, and let go by recall only', () => {
  expect(OUTCOMES.filter(isReferral)).toEqual(['refer', 'refer-urgent']);
  expect(OUTCOMES.filter(isNegative)).toEqual(['recall']);
});

it('each outcome can have a value of its own', () => {
  expect(perOutcome((outcome) => outcome.length)).toEqual({
    ...{ recall: 6, 'not-assessed': 12, ungradable: 10, refer: 5, 'refer-urgent': 12 },
  });
});
