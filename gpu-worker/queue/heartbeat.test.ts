import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkQueue } from '../../core/ports/index.ts';
import { Heartbeat } from './heartbeat.ts';

const VISIBILITY_SECONDS = 90;
const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue on the test's clock: whom it was asked to keep the loans of, for how long, and when. */
function recorded() {
  const began = Date.now();
  const calls: { readonly at: number; readonly receipts: readonly string[]; readonly seconds: number }[] = [];
  const extend: WorkQueue['extend'] = async (receipts, seconds) => {
    calls.push({ at: (Date.now() - began) / 1000, receipts: [...receipts], seconds });
    return [];
  };
  return { queue: { extend } as WorkQueue, calls };
}

describe("the heartbeat's interval", () => {
  it('is a third of the loan, so that two beats may fail before a message goes to somebody else', async () => {
    const { queue, calls } = recorded();
    const heartbeat = new Heartbeat(queue, VISIBILITY_SECONDS, LOG);
    heartbeat.hold('a', () => undefined);
    await vi.advanceTimersByTimeAsync(VISIBILITY_SECONDS * 1000);
    expect(calls).toEqual([
      { at: 30, receipts: ['a'], seconds: 90 },
      { at: 60, receipts: ['a'], seconds: 90 },
      { at: 90, receipts: ['a'], seconds: 90 },
    ]);
    await heartbeat.stop();
  });

  it('asks nothing while nothing is held, and nothing more once it has stopped', async () => {
    const { queue, calls } = recorded();
    const heartbeat = new Heartbeat(queue, VISIBILITY_SECONDS, LOG);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual([]);
    heartbeat.hold('a', () => undefined);
    heartbeat.hold('b', () => undefined);
    heartbeat.drop('a');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(calls.map(({ receipts }) => receipts)).toEqual([['b']]);
    await heartbeat.stop();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(calls).toHaveLength(1);
  });
});
