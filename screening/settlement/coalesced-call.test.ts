import { expect, it } from 'vitest';
import { CoalescedCall } from './coalesced-call.ts';

function recorded(fail: (items: readonly number[]) => boolean = () => false) {
  const calls: (readonly number[])[] = [];
  const call = new CoalescedCall<number>(3, 5, async (items) => {
    calls.push(items);
    if (fail(items)) throw new Error(`refused ${items}`);
  });
  return { calls, call };
}

it('sends requests of one moment together, at most so many at once', async () => {
  const { calls, call } = recorded();
  await Promise.all([1, 2, 3, 4].map((item) => call.add(item)));
  expect(calls).toEqual([[1, 2, 3], [4]]);
});

it('sends a lone request after a short while', async () => {
  const { calls, call } = recorded();
  await call.add(1);
  await call.add(2);
  expect(calls).toEqual([[1], [2]]);
});

it('tells of a failed call everyone that went with it, and nobody else', async () => {
  const { call } = recorded((items) => items.includes(2));
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => call.add(item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
});
