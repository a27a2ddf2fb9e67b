import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Attempts, type KnownAttempts } from '../../core/attempts/attempts.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { Heartbeat } from './heartbeat.ts';
import { Receiver } from './receiver.ts';
import { LOG, request, ScreeningQueue } from './testing/screening-queue.ts';

const screening = new ScreeningQueue();

describe('the receiver', () => {
  /** A receiver whose work ends when the test says so. */
  function receiverOf(prefetch: number) {
    const heartbeat = new Heartbeat(screening.queue, 60, LOG);
    const begun: string[] = [];
    const alone: KnownAttempts[] = [];
    const ends = new Map<string, () => void>();
    const work = async ({ body, receipt }: ReceivedMessage) => {
      const end = Promise.withResolvers<void>();
      ends.set(body, end.resolve);
      begun.push(body);
      await end.promise;
      await screening.queue.delete([receipt]);
    };
    const receiver = new Receiver({
      queue: screening.queue,
      heartbeat,
      attempts: new Attempts(screening.home.objects),
      visibilitySeconds: 60,
      prefetch,
      log: LOG,
      handle: work,
      handleAlone: async (message, known) => {
        alone.push(known);
        await work(message);
      },
    });
    const until = async (count: number) => {
      while (begun.length < count) await delay(1);
    };
    const end = async (...bodies: string[]) => {
      for (const body of bodies) ends.get(body)?.();
      await delay(0);
    };
    return { receiver, heartbeat, begun, alone, until, end };
  }

  it('takes no more than it may have in hand', async () => {
    await screening.send('a', 'b', 'c', 'd');
    const asked = vi.spyOn(screening.queue, 'receive');
    const { receiver, begun, until, end } = receiverOf(2);
    const running = receiver.run();
    await until(2);
    expect(await screening.queue.depth()).toMatchObject({ visible: 2, inFlight: 2 });
    const [first] = begun;
    await end(String(first));
    await until(3);
    expect(await screening.queue.depth()).toMatchObject({ visible: 1, inFlight: 2 });
    receiver.stop();
    await end(...begun);
    await running;
    await receiver.drained();
    expect(begun).toHaveLength(3);
    // It asks for what there is room for, and never while there is none.
    expect(asked.mock.calls.map(([{ maxMessages }]) => maxMessages)).toEqual([1, 1, 1]);
  });

  it('holds what is in hand by the heartbeat until it is done', async () => {
    await screening.send('a');
    const { receiver, heartbeat, until, end } = receiverOf(2);
    const running = receiver.run();
    await until(1);
    expect(heartbeat.size).toBe(1);
    receiver.stop();
    await end('a');
    await receiver.drained();
    await running;
    expect(heartbeat.size).toBe(0);
  });

  it('handles a message alone that was in hand when a worker died, and receives nothing meanwhile', async () => {
    await screening.send(request('suspect'));
    await screening.queue.release([(await screening.receiveOne()).receipt]);
    const { receiver, begun, alone, until, end } = receiverOf(10);
    const running = receiver.run();
    await until(1);
    await screening.send('a', 'b');
    await delay(20);
    expect(begun).toEqual([request('suspect')]);
    expect(alone).toEqual([{ crashes: 0, failures: 0, isSuspect: true }]);
    await end(request('suspect'));
    await until(3);
    receiver.stop();
    await end('a', 'b');
    await running;
    await receiver.drained();
  });

  it('handles what failed before beside others: its worker has lived', async () => {
    await screening.send(request('P1'));
    const message = await screening.receiveOne();
    await new Attempts(screening.home.objects).fail(message, 'a fault', false);
    await screening.queue.release([message.receipt]);
    await screening.send('a');
    const { receiver, alone, until, end } = receiverOf(10);
    const running = receiver.run();
    await until(2);
    expect(alone).toEqual([]);
    receiver.stop();
    await end(request('P1'), 'a');
    await running;
    await receiver.drained();
  });

  it('lets the others in hand end first, and of several suspects handles that first which ended fewest', async () => {
    const attempts = new Attempts(screening.home.objects);
    const messageOf = (patient: string, receiveCount: number): ReceivedMessage => ({
      ...{ id: patient, receipt: patient, body: request(patient), attributes: {}, receiveCount },
      sentAt: new Date(screening.now),
    });
    const [twice, once, never, oftener] = [
      messageOf('twice', 4),
      messageOf('once', 3),
      messageOf('never', 2),
      messageOf('oftener', 5),
    ];
    for (const message of [twice, twice, once]) await attempts.begin(message as ReceivedMessage);
    const batches = [[messageOf('first', 1)], [twice, messageOf('second', 1), once, never, oftener]];
    const asked = vi.spyOn(screening.queue, 'receive').mockImplementation(async ({ signal }) => {
      const batch = batches.shift();
      if (batch === undefined) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return (batch ?? []) as ReceivedMessage[];
    });
    const { receiver, begun, until, end } = receiverOf(10);
    const running = receiver.run();
    const order = ['first', 'second', 'oftener', 'never', 'once', 'twice'].map(request);
    await until(2);
    await delay(20);
    expect(begun).toEqual(order.slice(0, 2));
    await end(...begun);
    for (const [index, suspect] of order.slice(2).entries()) {
      await until(3 + index);
      expect(begun).toEqual(order.slice(0, 3 + index));
      await end(suspect);
    }
    while (asked.mock.calls.length < 3) await delay(1);
    receiver.stop();
    await running;
    await receiver.drained();
    // One at a time where a worker may have died, as many as there is room for otherwise.
    expect(asked.mock.calls.map(([{ maxMessages }]) => maxMessages)).toEqual([1, 9, 1]);
  });
});
