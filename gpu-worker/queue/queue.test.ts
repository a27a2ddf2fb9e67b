import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { StoppingError } from '../errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { Receiver } from './receiver.ts';
import { createSettle } from './settle-message.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
let directory: string;
let home: LocalHome;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-05-01T08:00:00Z');
  directory = await mkdtemp(join(tmpdir(), 'worker-queue-'));
  home = await openLocalHome(directory, { now: () => now });
});
afterEach(async () => {
  await home.close();
  await rm(directory, { recursive: true });
});

const queue = () => home.queues.screening.queue;
const send = (...bodies: string[]) => queue().send(bodies.map((body) => ({ body })));
const receive = () => queue().receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });

async function receiveOne(): Promise<ReceivedMessage> {
  const [message] = await receive();
  if (message === undefined) throw new Error('Nothing was delivered.');
  return message;
}

describe('a message whose work', () => {
  const settleOf = () =>
    createSettle({
      screening: home.queues.screening,
      remove: async (receipt) => {
        await queue().delete([receipt]);
      },
      log: LOG,
      counters: { add: () => undefined },
    });

  it('is done is deleted', async () => {
    await send('a');
    await settleOf()(await receiveOne(), Promise.resolve());
    expect(await queue().depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('was not begun because the worker stops is free for others at once', async () => {
    await send('a');
    await settleOf()(await receiveOne(), Promise.reject(new StoppingError()));
    expect((await receiveOne()).body).toBe('a');
  });

  it('can never succeed is a dead letter at once', async () => {
    await send('a');
    await settleOf()(await receiveOne(), Promise.reject(new InvalidInputError('no exam')));
    const [letter] = await home.queues.screening.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(letter).toMatchObject({ body: 'a', attributes: { reason: 'no exam', source: 'screening' } });
    expect(await queue().depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('fails is tried again after pauses that grow, and is a dead letter in the end', async () => {
    await send('a');
    const pauses: number[] = [];
    for (let delivery = 1; delivery < QUEUE_SETTINGS.screening.maxReceiveCount; delivery += 1) {
      await settleOf()(await receiveOne(), Promise.reject(new Error('the store is down')));
      const failed = now;
      while ((await queue().depth()).visible === 0) now += 1000;
      pauses.push((now - failed) / 1000);
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    await settleOf()(await receiveOne(), Promise.reject(new Error('the store is down')));
    const [letter] = await home.queues.screening.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(letter?.attributes.reason).toBe('the store is down');
  });

  it('throws something that is no error fails like any other', async () => {
    await send('a');
    await settleOf()(await receiveOne(), Promise.reject('text'));
    now += 3000;
    expect((await receiveOne()).receiveCount).toBe(2);
  });
});

describe('the heartbeat', () => {
  it('keeps what is held from others and lets go of what is dropped', async () => {
    await send('held', 'dropped');
    const messages = await receive();
    const heartbeat = new Heartbeat(queue(), 0.03, LOG);
    for (const { receipt } of messages) heartbeat.hold(receipt, () => undefined);
    for (const { body, receipt } of messages) if (body === 'dropped') heartbeat.drop(receipt);
    expect(heartbeat.size).toBe(1);
    await heartbeat.stop();
    expect(heartbeat.held()).toEqual(messages.filter(({ body }) => body === 'held').map((m) => m.receipt));
  });

  it('tells when a message has gone to somebody else', async () => {
    await send('a');
    const lost = Promise.withResolvers<string>();
    const message = await receiveOne();
    now += 61_000;
    const other = await receiveOne();
    expect(other.id).toBe(message.id);
    const heartbeat = new Heartbeat(queue(), 1, LOG);
    heartbeat.hold(message.receipt, () => lost.resolve('lost'));
    expect(await lost.promise).toBe('lost');
    expect(heartbeat.size).toBe(0);
    await heartbeat.stop();
  });

  it('goes on after the queue could not be reached', async () => {
    await send('a');
    const { receipt } = await receiveOne();
    const extended = Promise.withResolvers<readonly string[]>();
    let failures = 1;
    const unsteady = Object.assign(Object.create(queue()), {
      extend: async (receipts: readonly string[]) => {
        if (failures-- > 0) throw new Error('no connection');
        extended.resolve(receipts);
        return [];
      },
    });
    const heartbeat = new Heartbeat(unsteady, 1, LOG);
    heartbeat.hold(receipt, () => undefined);
    expect(await extended.promise).toEqual([receipt]);
    await heartbeat.stop();
  });
});

describe('the receiver', () => {
  /** A receiver whose work ends when the test says so. */
  function receiverOf(prefetch: number) {
    const heartbeat = new Heartbeat(queue(), 60, LOG);
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const receiver = new Receiver({
      queue: queue(),
      heartbeat,
      visibilitySeconds: 60,
      prefetch,
      log: LOG,
      handle: async ({ body, receipt }) => {
        const end = Promise.withResolvers<void>();
        ends.set(body, end.resolve);
        begun.push(body);
        await end.promise;
        await queue().delete([receipt]);
      },
    });
    const until = async (count: number) => {
      while (begun.length < count) await delay(1);
    };
    const end = async (...bodies: string[]) => {
      for (const body of bodies) ends.get(body)?.();
      await delay(0);
    };
    return { receiver, heartbeat, begun, until, end };
  }

  it('takes no more than it may have in hand', async () => {
    await send('a', 'b', 'c', 'd');
    const asked = vi.spyOn(queue(), 'receive');
    const { receiver, begun, until, end } = receiverOf(2);
    const running = receiver.run();
    await until(2);
    expect(await queue().depth()).toMatchObject({ visible: 2, inFlight: 2 });
    const [first] = begun;
    await end(String(first));
    await until(3);
    expect(await queue().depth()).toMatchObject({ visible: 1, inFlight: 2 });
    receiver.stop();
    await end(...begun);
    await running;
    await receiver.drained();
    expect(begun).toHaveLength(3);
    // It asks for what there is room for, and never while there is none.
    expect(asked.mock.calls.map(([{ maxMessages }]) => maxMessages)).toEqual([2, 1]);
  });

  it('holds what is in hand by the heartbeat until it is done', async () => {
    await send('a');
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

  it('handles a message alone that has come back several times', async () => {
    await send('suspect');
    for (let delivery = 1; delivery < 4; delivery += 1) {
      await queue().release([(await receiveOne()).receipt]);
    }
    await send('a', 'b');
    const { receiver, begun, until, end } = receiverOf(10);
    const running = receiver.run();
    await until(2);
    expect(begun.toSorted()).toEqual(['a', 'b']);
    await end('a', 'b');
    await until(3);
    expect(begun[2]).toBe('suspect');
    await send('c');
    await delay(20);
    expect(begun).toHaveLength(3);
    await end('suspect');
    await until(4);
    receiver.stop();
    await end('c');
    await running;
    await receiver.drained();
  });
});
