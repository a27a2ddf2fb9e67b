import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeUps } from './wake-ups.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Waits, and says when it is over. */
function waiting(wakeUps: WakeUps, queue: string, milliseconds: number, signal?: AbortSignal) {
  const wait = { isOver: false };
  const over = wakeUps.wait(queue, milliseconds, signal).then(() => {
    wait.isOver = true;
  });
  return { wait, over };
}

describe('who waits for a queue', () => {
  it('is woken by a message of that queue, with all others who wait for it, and by no other', async () => {
    const wakeUps = new WakeUps();
    const [one, two, other] = [
      waiting(wakeUps, 'intake', 1_000),
      waiting(wakeUps, 'intake', 2_000),
      waiting(wakeUps, 'results', 3_000),
    ];
    wakeUps.wake('intake');
    await Promise.all([one.over, two.over]);
    expect(other.wait.isOver).toBe(false);
    // Nothing is left of the waits that are over.
    expect(vi.getTimerCount()).toBe(1);
    wakeUps.wakeAll();
    await other.over;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is woken when the time is over, and not before', async () => {
    const { wait, over } = waiting(new WakeUps(), 'intake', 1_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(wait.isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await over;
  });

  it('is woken by its signal, also one that was given before, and listens to it no longer', async () => {
    const wakeUps = new WakeUps();
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const first = waiting(wakeUps, 'intake', 1_000, controller.signal);
    controller.abort();
    await first.over;
    await waiting(wakeUps, 'intake', 1_000, controller.signal).over;
    expect(removed).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may wait again: each is woken once', async () => {
    const wakeUps = new WakeUps();
    await Promise.all([waiting(wakeUps, 'intake', 1_000).over, wakeUps.wake('intake')]);
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    const again = waiting(wakeUps, 'intake', 1_000);
    wakeUps.wake('intake');
    await again.over;
    // Not that of the wait before, too.
    expect(cleared).toHaveBeenCalledTimes(1);
  });
});
