import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { Attempts, type KnownAttempts } from '../../core/attempts/attempts.ts';
import { redriveDeadLetters } from '../../core/dead-letters/dead-letters.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { InferenceCrashError, StoppingError } from '../../screening/errors.ts';
import { Settlement } from '../../screening/settlement/settle-message.ts';
import { Heartbeat } from './heartbeat.ts';
import { Receiver } from './receiver.ts';

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

/** A screening request, as far as the queue's side of the worker reads it. */
const request = (patient: string) =>
  JSON.stringify({ exam: { program: 'north', patient, exam: '1' }, requestId: `request of ${patient}` });
const notes = async () => (await home.objects.listVersions(ATTEMPTS_PREFIX, { limit: 100 })).items;

describe('a message whose work', () => {
  const settlement = (
    objects: Pick<LocalHome['objects'], 'get' | 'put' | 'listVersions' | 'deleteVersion' | 'delete'>,
  ) =>
    new Settlement({
      source: 'screening',
      queues: home.queues.screening,
      attempts: new Attempts(objects),
      remove: async (receipt) => {
        await queue().delete([receipt]);
      },
      log: LOG,
      counters: { add: () => undefined },
    });
  const settle = async (work: () => Promise<void>) => {
    const message = await receiveOne();
    await settlement(home.objects).handle(message, work);
  };
  const settleAlone = async (work: () => Promise<void>) => {
    const message = await receiveOne();
    const known = await new Attempts(home.objects).find(message);
    await settlement(home.objects).handleAlone(message, known, work);
    return known;
  };
  const letter = async () => {
    const [first] = await home.queues.screening.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    return first;
  };
  const untilVisible = async () => {
    const failed = now;
    while ((await queue().depth()).visible === 0) now += 1000;
    return (now - failed) / 1000;
  };

  it('is done is deleted, and nothing is remembered of it', async () => {
    await send(request('P1'));
    await settle(() => Promise.resolve());
    expect(await queue().depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await notes()).toEqual([]);
  });

  it('was not begun because the worker stops is free for others at once', async () => {
    await send(request('P1'));
    await settle(() => Promise.reject(new StoppingError()));
    expect((await receiveOne()).body).toBe(request('P1'));
  });

  it('can never succeed is a dead letter at once', async () => {
    await send('a');
    await settle(() => Promise.reject(new InvalidInputError('no exam')));
    expect(await letter()).toMatchObject({
      body: 'a',
      attributes: { reason: 'no exam', source: 'screening' },
    });
    expect(await queue().depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('fails is tried again after pauses that grow, and is a dead letter in the end', async () => {
    await send(request('P1'));
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 12; attempt += 1) {
      await settle(() => Promise.reject(new Error('the store is down')));
      pauses.push(await untilVisible());
      expect(await notes()).toHaveLength(1);
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    await settle(() => Promise.reject(new Error('the store is down')));
    expect((await letter())?.attributes).toMatchObject({ reason: 'the store is down', exam: 'north/P1/1' });
    expect(await notes()).toEqual([]);
  });

  it('fails for the first time at its fortieth delivery has one fault against it', async () => {
    await send(request('P1'));
    for (let delivery = 1; delivery < 40; delivery += 1)
      await queue().release([(await receiveOne()).receipt]);
    await settle(() => Promise.reject(new Error('a fault')));
    expect(await untilVisible()).toBe(2);
  });

  it('fails while no note can be written waits, and is not buried however often', async () => {
    const down = { ...home.objects, get: () => Promise.reject(new Error('the store is down')) };
    await send(request('P1'));
    for (let attempt = 1; attempt < 20; attempt += 1) {
      const message = await receiveOne();
      await settlement(down as never).handle(message, () => Promise.reject(new Error('the store is down')));
      now += 300_000;
    }
    expect(await home.queues.screening.deadLetters.depth()).toMatchObject({ visible: 0 });
    expect((await receiveOne()).body).toBe(request('P1'));
  });

  it('throws something that is no error fails like any other', async () => {
    await send(request('P1'));
    await settle(() => Promise.reject('text'));
    now += 3000;
    expect((await receiveOne()).receiveCount).toBe(2);
  });

  it('ended three workers while it was alone is buried untried, and counts from zero when it is sent again', async () => {
    await send(request('P1'));
    const neverReturns = new Promise<void>(() => undefined);
    const crash = async () => {
      const message = await receiveOne();
      const known = await new Attempts(home.objects).find(message);
      void settlement(home.objects).handleAlone(message, known, () => neverReturns);
      while ((await new Attempts(home.objects).find(message)).crashes === known.crashes) await delay(1);
      now += 61_000;
      return known;
    };
    await receiveOne();
    now += 61_000;
    for (const crashes of [0, 1, 2]) expect(await crash()).toMatchObject({ crashes, isSuspect: true });
    let tried = false;
    const message = await receiveOne();
    await settlement(home.objects).handleAlone(
      message,
      await new Attempts(home.objects).find(message),
      async () => {
        tried = true;
      },
    );
    expect(tried).toBe(false);
    expect(await notes()).toEqual([]);

    const buried = await letter();
    expect(buried?.attributes).toMatchObject({
      exam: 'north/P1/1',
      reason: expect.stringContaining('ended its worker 3 times'),
    });
    await home.queues.screening.deadLetters.release([String(buried?.receipt)]);
    const all = { program: 'north', andUnknown: false };
    expect(await redriveDeadLetters(home.queues.screening, all)).toHaveLength(1);
    await receiveOne();
    now += 61_000;
    for (const crashes of [0, 1, 2]) expect(await crash()).toMatchObject({ crashes });
    await settleAlone(() => Promise.resolve());
    expect((await letter())?.attributes).toMatchObject({ redrives: '1' });
  });

  it.each<[string, Error | null, number]>([
    ['is done', null, 0],
    ['fails', new Error('a fault'), 0],
    ['stops before it was begun', new StoppingError(), 0],
    ['loses the thread of its model', new InferenceCrashError('gone'), 1],
  ])('alone %s has as many crashes as workers ended', async (_, error, crashes) => {
    await send(request('P1'));
    await queue().release([(await receiveOne()).receipt]);
    await settleAlone(() => (error === null ? Promise.resolve() : Promise.reject(error)));
    now += 300_000;
    const [message] = await receive();
    if (error === null) expect(message).toBeUndefined();
    else
      expect(await new Attempts(home.objects).find(message as ReceivedMessage)).toMatchObject({
        crashes,
        isSuspect: true,
      });
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
    const alone: KnownAttempts[] = [];
    const ends = new Map<string, () => void>();
    const work = async ({ body, receipt }: ReceivedMessage) => {
      const end = Promise.withResolvers<void>();
      ends.set(body, end.resolve);
      begun.push(body);
      await end.promise;
      await queue().delete([receipt]);
    };
    const receiver = new Receiver({
      queue: queue(),
      heartbeat,
      attempts: new Attempts(home.objects),
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
    expect(asked.mock.calls.map(([{ maxMessages }]) => maxMessages)).toEqual([1, 1, 1]);
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

  it('handles a message alone that was in hand when a worker died, and receives nothing meanwhile', async () => {
    await send(request('suspect'));
    await queue().release([(await receiveOne()).receipt]);
    const { receiver, begun, alone, until, end } = receiverOf(10);
    const running = receiver.run();
    await until(1);
    await send('a', 'b');
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
    await send(request('P1'));
    const message = await receiveOne();
    await new Attempts(home.objects).fail(message, 'a fault', false);
    await queue().release([message.receipt]);
    await send('a');
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
    const attempts = new Attempts(home.objects);
    const messageOf = (patient: string, receiveCount: number): ReceivedMessage => ({
      ...{ id: patient, receipt: patient, body: request(patient), attributes: {}, receiveCount },
      sentAt: new Date(now),
    });
    const [twice, once, never, oftener] = [
      messageOf('twice', 4),
      messageOf('once', 3),
      messageOf('never', 2),
      messageOf('oftener', 5),
    ];
    for (const message of [twice, twice, once]) await attempts.begin(message as ReceivedMessage);
    const batches = [[messageOf('first', 1)], [twice, messageOf('second', 1), once, never, oftener]];
    const asked = vi.spyOn(queue(), 'receive').mockImplementation(async ({ signal }) => {
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
