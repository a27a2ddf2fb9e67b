import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageAttemptsKey } from '../../core/attempts/image-attempts.ts';
import { redriveDeadLetters } from '../../core/dead-letters/dead-letters.ts';
import { prepareImages } from '../../core/messages/image-prepared.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { createPrepare } from './prepare.ts';
import { textPreparer } from './testing/text-preparer.ts';

const never = () => new Promise<never>(() => undefined);
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

let run: FunctionRun;
let opened: string[];
beforeEach(async () => {
  run = await FunctionRun.open();
  opened = [];
});
afterEach(() => run[Symbol.asyncDispose]());

const exam = (patient: string) => ({ program: 'north', patient, exam: '1' });
const queue = () => run.home.queues.preparation.queue;

/**
 * One life of a process on what a queue has: it dies at once when it opens a photograph that begins with `poison`, whatever
 * else it has in hand.
 *
 * @returns whether it died, and who was in hand then
 */
async function life(
  messages: readonly ReceivedMessage[],
  parts: {
    readonly prepare?: typeof textPreparer.prepare;
    readonly source?:
      | 'preparation'
      | 'bulk-preparation' /** Photographs that are in hand before the first can end. */;
    readonly together?: number;
  } = {},
): Promise<{ died: boolean; inHand: readonly string[] }> {
  const death = Promise.withResolvers<true>();
  let isDead = false;
  let begun = 0;
  const inHand = new Set<string>();
  const { source = 'preparation', prepare = textPreparer.prepare, together = 1 } = parts;
  const call = createPrepare({
    ...{ source, home: run.home, configuration: run.configuration, log: QUIET },
    counters: { add: () => undefined },
    preparerFor: async () => ({
      ...textPreparer,
      prepare: async (bytes) => {
        const text = Buffer.from(bytes).toString();
        opened.push(text);
        inHand.add(text);
        begun += 1;
        // Those of one batch are all in hand when one of them ends the process.
        while (begun < together) await delay(1);
        // It dies first.
        if (together > 1 && !text.startsWith('poison')) await never();
        if (isDead) return never();
        if (text.startsWith('poison')) {
          isDead = true;
          death.resolve(true);
          return never();
        }
        const answer = await prepare(bytes);
        inHand.delete(text);
        return answer;
      },
    }),
  });
  const calling = call(queueEventOf(messages, source)).then(async ({ batchItemFailures }) => {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await run.home.queues[source].queue.delete(
      messages.filter(({ id }) => !failed.has(id)).map(({ receipt }) => receipt),
    );
    return false as const;
  });
  const died = await Promise.race([death.promise, calling]);
  // Its loans end.
  await run.home.queues[source].queue.releaseAll();
  return { died, inHand: [...inHand] };
}

async function receive(name: Extract<QueueName, 'preparation' | 'bulk-preparation'> = 'preparation') {
  return run.home.queues[name].queue.receive({ maxMessages: 10, waitSeconds: 0 });
}

/** Lives follow one another until nothing waits. @returns who was in hand at each death */
async function untilDone(): Promise<readonly (readonly string[])[]> {
  const deaths: (readonly string[])[] = [];
  for (;;) {
    const messages = await receive();
    if (messages.length === 0) return deaths;
    const { died, inHand } = await life(messages);
    if (died) deaths.push(inHand);
  }
}

async function told(): Promise<readonly string[]> {
  const messages = await run.home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  return messages.map(({ body }) => JSON.parse(body).image.key.split('/')[2]).toSorted();
}

describe('a photograph that ends what prepares it', () => {
  it('is opened alone after the first death, and buried with the reason after three of its own', async () => {
    for (const patient of ['P1', 'P2', 'P3', 'P4'])
      await run.upload('left', `${patient === 'P3' ? 'poison ' : ''}${patient} left`, exam(patient));
    const first = await receive();
    const bodies = first.map(({ body }) => body);
    const { died, inHand } = await life(first, { together: 4 });
    expect([died, inHand.length]).toEqual([true, 4]);
    const deaths = await untilDone();
    expect(deaths).toEqual([['poison P3 left'], ['poison P3 left'], ['poison P3 left']]);
    expect(await told()).toEqual(['P1', 'P2', 'P4']);
    // Each neighbour was opened once more, and not again with each later death.
    for (const patient of ['P1', 'P2', 'P4'])
      expect(opened.filter((text) => text === `${patient} left`)).toHaveLength(2);
    const [letter, ...others] = await run.deadLetters('preparation');
    expect(others).toEqual([]);
    expect(letter?.attributes.exam).toContain('/P3/');
    expect(letter?.attributes.reason).toMatch(
      /^It ended what prepares photographs 3 times, each time while nothing else/,
    );
    for (const body of bodies) expect(await run.home.prepared.has(imageAttemptsKey(body) ?? '')).toBe(false);
  });

  it('takes nothing with it that was done beside it: that is deleted before it is opened', async () => {
    await run.upload('left', 'poison P3 left', exam('P3'));
    await life(await receive());
    await run.upload('left', 'P5 left', exam('P5'));
    const both = await receive();
    expect(both.map(({ receiveCount }) => receiveCount).toSorted()).toEqual([1, 2]);
    expect((await life(both)).inHand).toEqual(['poison P3 left']);
    const left = await receive();
    expect(left.map(({ body }) => body.includes('/P3/'))).toEqual([true]);
    expect(await told()).toEqual(['P5']);
  });

  it('waits for the next call where this one has had its time, and comes back soon', async () => {
    await run.upload('left', 'P1 left', exam('P1'));
    await receive();
    await queue().releaseAll();
    const [message] = await receive();
    const now = performance.now();
    vi.spyOn(performance, 'now')
      .mockReturnValueOnce(now)
      .mockReturnValue(now + 55_001);
    const call = createPrepare({
      ...{ source: 'preparation', home: run.home, configuration: run.configuration, log: QUIET },
      counters: { add: () => undefined },
      preparerFor: async () => textPreparer,
    });
    const answer = await call(queueEventOf(message === undefined ? [] : [message], 'preparation'));
    vi.restoreAllMocks();
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: message?.id }] });
    run.pass(5.1);
    expect(await receive()).toHaveLength(1);
  });

  it('is tried again by a mended process when its message is sent again', async () => {
    await run.upload('left', 'poison P3 left', exam('P3'));
    expect(await untilDone()).toHaveLength(4);
    await redriveDeadLetters(run.home.queues.preparation, { program: 'north', andUnknown: true });
    await run.prepare();
    expect(await told()).toEqual(['P3']);
  });

  it('that a job asked for is counted by itself, in the queue of jobs', async () => {
    const image = await run.upload('left', 'poison P3 left', exam('P3'));
    await queue().delete((await receive()).map(({ receipt }) => receipt));
    await run.home.queues['bulk-preparation'].queue.send(prepareImages('north', [image], { bulk: true }));
    for (let deaths = 0; deaths < 4; deaths += 1)
      expect((await life(await receive('bulk-preparation'), { source: 'bulk-preparation' })).died).toBe(true);
    expect((await life(await receive('bulk-preparation'), { source: 'bulk-preparation' })).died).toBe(false);
    expect(await run.deadLetters('bulk-preparation')).toHaveLength(1);
  });
});

describe('a photograph that comes back', () => {
  it('after a fault that its process outlived is no suspect: it goes beside the others', async () => {
    await run.upload('left', 'P1 left', exam('P1'));
    const failing = async () => {
      throw new Error('the store is down');
    };
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      const [message] = await receive();
      if (message === undefined) throw new Error('Expected a message.');
      expect(message.receiveCount).toBe(delivery);
      await life([message], { prepare: failing });
      const note = await run.home.prepared.get(imageAttemptsKey(message.body) ?? '');
      expect(JSON.parse(Buffer.from(note ?? []).toString())).toMatchObject({
        ...{ schema: 'image-attempts/1', crashes: 0, settled: { delivery } },
      });
    }
    await untilDone();
    expect(await told()).toEqual(['P1']);
  });

  it('after others’ deaths is prepared, and nothing is remembered of it', async () => {
    await run.upload('left', 'P1 left', exam('P1'));
    const [message] = await receive();
    if (message === undefined) throw new Error('Expected a message.');
    // Three releases of the function ended with it in hand.
    await queue().releaseAll();
    for (let death = 0; death < 3; death += 1) {
      await receive();
      await queue().releaseAll();
    }
    await untilDone();
    expect(await told()).toEqual(['P1']);
    expect(await run.home.prepared.has(imageAttemptsKey(message.body) ?? '')).toBe(false);
  });
});

describe('what is opened alone', () => {
  it('waits for what is in hand, and keeps others from beginning', async () => {
    const hand = new OneAtATime();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await delay(5);
      log.push(`${name} ends`);
    };
    const begun = [hand.beside(work('a')), hand.beside(work('b'))];
    await delay(1);
    await Promise.all([
      ...begun,
      hand.alone(work('suspect')),
      hand.alone(work('another')),
      hand.beside(work('c')),
    ]);
    expect(log).toEqual([
      ...['a begins', 'b begins', 'a ends', 'b ends', 'suspect begins', 'suspect ends'],
      ...['another begins', 'another ends', 'c begins', 'c ends'],
    ]);
  });

  it('goes on after one that failed', async () => {
    const hand = new OneAtATime();
    const failing = hand.alone(() => Promise.reject(new Error('a fault')));
    const next = hand.beside(async () => 'done');
    await expect(failing).rejects.toThrow('a fault');
    expect(await next).toBe('done');
  });
});
