import { expect, it } from 'vitest';
import { receiveAll, receiveOne } from './receive.ts';
import type { WorkQueueTests } from './work-queue-tests.ts';

/** Waiting, sharing and counting. */
export function describeReceiving(tests: WorkQueueTests): void {
  it('gives no more messages than asked for', async () => {
    const { queue } = await tests.open();
    await queue.send(Array.from({ length: 12 }, (_, index) => ({ body: `${index}` })));
    const received = await queue.receive({ maxMessages: 3, waitSeconds: 2 });
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThanOrEqual(3);
  });

  it('never lends one message to two receivers at a time', async () => {
    const { queue } = await tests.open();
    await queue.send(Array.from({ length: 100 }, (_, index) => ({ body: `${index}` })));
    const shares = await Promise.all(Array.from({ length: 8 }, () => receiveAll(queue, 60)));
    const bodies = shares.flat().map((message) => message.body);
    expect(new Set(bodies).size).toBe(100);
    expect(bodies).toHaveLength(100);
  });

  it('wakes a waiting receiver when a message arrives', async () => {
    const { queue } = await tests.open();
    const waiting = queue.receive({ maxMessages: 10, waitSeconds: 20 });
    await queue.send([{ body: 'at last' }]);
    expect((await waiting).map((message) => message.body)).toEqual(['at last']);
  });

  tests.testCapability('abort', 'stops waiting when it is told to', async () => {
    const { queue } = await tests.open();
    const began = performance.now();
    const stop = new AbortController();
    const waiting = queue.receive({ maxMessages: 1, waitSeconds: 20, signal: stop.signal });
    stop.abort();
    expect(await waiting).toEqual([]);
    expect(await queue.receive({ maxMessages: 1, waitSeconds: 20, signal: AbortSignal.abort() })).toEqual([]);
    expect(performance.now() - began).toBeLessThan(19_000);
  });

  tests.testCapability('depth', 'tells how many messages are visible, in flight and delayed', async () => {
    const { queue } = await tests.open();
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await queue.send([{ body: 'a' }, { body: 'b' }, { body: 'c' }, { body: 'd', delaySeconds: 600 }]);
    await receiveOne(queue, 60);
    expect(await queue.depth()).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
  });

  tests.testCapability('fairness', 'delivers a quiet group before the rest of a burst', async () => {
    const { queue } = await tests.open();
    await queue.send(Array.from({ length: 40 }, (_, index) => ({ body: `burst ${index}`, group: 'busy' })));
    await queue.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
    await queue.send([{ body: 'single', group: 'quiet' }]);
    expect(await receiveOne(queue)).toMatchObject({ body: 'single' });
    expect(await receiveAll(queue, 60)).toHaveLength(30);
  });
}
