import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { Attempts } from '../../core/attempts/attempts.ts';
import { redriveDeadLetters } from '../../core/dead-letters/dead-letters.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import type { LocalHome } from '../../local/home.ts';
import { InferenceCrashError, StoppingError } from '../../screening/errors.ts';
import { Settlement } from '../../screening/settlement/settle-message.ts';
import { LOG, request, ScreeningQueue } from './testing/screening-queue.ts';

const screening = new ScreeningQueue();
const notes = async () => (await screening.home.objects.listVersions(ATTEMPTS_PREFIX, { limit: 100 })).items;

describe('a message whose work', () => {
  const settlement = (
    objects: Pick<LocalHome['objects'], 'get' | 'put' | 'listVersions' | 'deleteVersion' | 'delete'>,
  ) =>
    new Settlement({
      source: 'screening',
      queues: screening.home.queues.screening,
      attempts: new Attempts(objects),
      remove: async (receipt) => {
        await screening.queue.delete([receipt]);
      },
      log: LOG,
      counters: { add: () => undefined },
    });
  const settle = async (work: () => Promise<void>) => {
    const message = await screening.receiveOne();
    await settlement(screening.home.objects).handle(message, work);
  };
  const settleAlone = async (work: () => Promise<void>) => {
    const message = await screening.receiveOne();
    const known = await new Attempts(screening.home.objects).find(message);
    await settlement(screening.home.objects).handleAlone(message, known, work);
    return known;
  };
  const letter = async () => {
    const [first] = await screening.home.queues.screening.deadLetters.receive({
      maxMessages: 1,
      waitSeconds: 0,
    });
    return first;
  };
  const untilVisible = async () => {
    const failed = screening.now;
    while ((await screening.queue.depth()).visible === 0) screening.now += 1000;
    return (screening.now - failed) / 1000;
  };

  it('is done is deleted, and nothing is remembered of it', async () => {
    await screening.send(request('P1'));
    await settle(() => Promise.resolve());
    expect(await screening.queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await notes()).toEqual([]);
  });

  it('was not begun because the worker stops is free for others at once', async () => {
    await screening.send(request('P1'));
    await settle(() => Promise.reject(new StoppingError()));
    expect((await screening.receiveOne()).body).toBe(request('P1'));
  });

  it('can never succeed is a dead letter at once', async () => {
    await screening.send('a');
    await settle(() => Promise.reject(new InvalidInputError('no exam')));
    expect(await letter()).toMatchObject({
      body: 'a',
      attributes: { reason: 'no exam', source: 'screening' },
    });
    expect(await screening.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('fails is tried again after pauses that grow, and is a dead letter in the end', async () => {
    await screening.send(request('P1'));
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
    await screening.send(request('P1'));
    for (let delivery = 1; delivery < 40; delivery += 1)
      await screening.queue.release([(await screening.receiveOne()).receipt]);
    await settle(() => Promise.reject(new Error('a fault')));
    expect(await untilVisible()).toBe(2);
  });

  it('fails while no note can be written waits, and is not buried however often', async () => {
    const down = { ...screening.home.objects, get: () => Promise.reject(new Error('the store is down')) };
    await screening.send(request('P1'));
    for (let attempt = 1; attempt < 20; attempt += 1) {
      const message = await screening.receiveOne();
      await settlement(down as never).handle(message, () => Promise.reject(new Error('the store is down')));
      screening.now += 300_000;
    }
    expect(await screening.home.queues.screening.deadLetters.depth()).toMatchObject({ visible: 0 });
    expect((await screening.receiveOne()).body).toBe(request('P1'));
  });

  it('throws something that is no error fails like any other', async () => {
    await screening.send(request('P1'));
    await settle(() => Promise.reject('text'));
    screening.now += 3000;
    expect((await screening.receiveOne()).receiveCount).toBe(2);
  });

  it('ended three workers while it was alone is buried untried, and counts from zero when it is sent again', async () => {
    await screening.send(request('P1'));
    const neverReturns = new Promise<void>(() => undefined);
    const crash = async () => {
      const message = await screening.receiveOne();
      const known = await new Attempts(screening.home.objects).find(message);
      void settlement(screening.home.objects).handleAlone(message, known, () => neverReturns);
      while ((await new Attempts(screening.home.objects).find(message)).crashes === known.crashes)
        await delay(1);
      screening.now += 61_000;
      return known;
    };
    await screening.receiveOne();
    screening.now += 61_000;
    for (const crashes of [0, 1, 2]) expect(await crash()).toMatchObject({ crashes, isSuspect: true });
    let tried = false;
    const message = await screening.receiveOne();
    await settlement(screening.home.objects).handleAlone(
      message,
      await new Attempts(screening.home.objects).find(message),
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
    await screening.home.queues.screening.deadLetters.release([String(buried?.receipt)]);
    const all = { program: 'north', andUnknown: false };
    expect(await redriveDeadLetters(screening.home.queues.screening, all)).toHaveLength(1);
    await screening.receiveOne();
    screening.now += 61_000;
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
    await screening.send(request('P1'));
    await screening.queue.release([(await screening.receiveOne()).receipt]);
    await settleAlone(() => (error === null ? Promise.resolve() : Promise.reject(error)));
    screening.now += 300_000;
    const [message] = await screening.receive();
    if (error === null) expect(message).toBeUndefined();
    else
      expect(await new Attempts(screening.home.objects).find(message as ReceivedMessage)).toMatchObject({
        crashes,
        isSuspect: true,
      });
  });
});
