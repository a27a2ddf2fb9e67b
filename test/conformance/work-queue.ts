import { afterAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import type { QueueSettings } from '../../core/messages/queues.ts';
import type { QueuePair, ReceivedMessage, WorkQueue } from '../../core/ports/index.ts';
import { type Limitations, testsWith } from './subject.ts';

/** A queue with its dead-letter queue, both empty, and a clock. */
export interface QueueSubject extends QueuePair {
  /** Lets time pass: by setting a clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export type QueueCapability =
  /** An older delivery's receipt changes nothing. */
  | 'stale-receipts'
  /** An older delivery's receipt is named as failed. */
  | 'stale-receipt-reports'
  /** Groups share deliveries. */
  | 'fairness'
  /** Messages expire; the test lets a minute pass. */
  | 'retention'
  /** Depth tells delayed messages and those in flight apart. */
  | 'depth'
  /** Refuses what is no text, or too large, by `InvalidInputError`. */
  | 'refusals'
  /** Moves messages to the dead-letter queue. */
  | 'dead-letters'
  /** A waiting receive returns when its signal aborts. */
  | 'abort'
  /** Carries characters beyond the basic multilingual plane. */
  | 'supplementary-characters';

const SETTINGS: QueueSettings = { visibilitySeconds: 3, maxReceiveCount: 10, retentionSeconds: 60 };
/** Longer than the visibility timeout, by more than the whole seconds that queues count in. */
const PAST_VISIBILITY = 4_200;

/** Receives until the queue has nothing to give. */
export async function receiveAll(
  queue: WorkQueue,
  visibilitySeconds?: number,
): Promise<readonly ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  let misses = 0;
  while (misses < 2) {
    const some = await queue.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds });
    misses = some.length === 0 ? misses + 1 : 0;
    received.push(...some);
  }
  return received;
}

function receiptsOf(messages: readonly ReceivedMessage[]): readonly string[] {
  return messages.map((message) => message.receipt);
}

async function receiveOne(queue: WorkQueue, visibilitySeconds?: number): Promise<ReceivedMessage> {
  const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 2, visibilitySeconds });
  if (message === undefined) throw new Error(`Expected a message in ${queue.name} but received none.`);
  return message;
}

async function expectNothing(queue: WorkQueue): Promise<void> {
  expect(await receiveAll(queue)).toEqual([]);
}

/**
 * What every work queue must do.
 *
 * @param open makes an empty queue with the given settings
 */
export function describeWorkQueue(
  name: string,
  open: (settings: QueueSettings) => Promise<QueueSubject>,
  limitations: Limitations<QueueCapability> = {},
): void {
  const testCapability = testsWith(name, limitations);

  const subjects: QueueSubject[] = [];

  async function subject(settings: Partial<QueueSettings> = {}): Promise<QueueSubject> {
    const opened = await open({ ...SETTINGS, ...settings });
    subjects.push(opened);
    return opened;
  }

  // At the same time, since some clocks only advance by waiting.
  describe.concurrent(`WorkQueue: ${name}`, () => {
    afterAll(async () => {
      await Promise.all(subjects.map((opened) => opened.close()));
    });

    it('delivers what was sent, with its attributes', async () => {
      const { queue } = await subject();
      const attributes = { exam: 'north/P1/2026-05-01', reason: '曝光不足 — “too dark”' };
      const body = JSON.stringify({ text: '眼底照片 <&> "quoted"\n\ttab' });
      await queue.send([{ body, attributes }]);
      const message = await receiveOne(queue);
      expect(message).toMatchObject({ body, attributes, receiveCount: 1 });
      expect(message.id).not.toBe('');
      expect(message.receipt).not.toBe('');
      expect(message.sentAt.getTime()).toBeGreaterThan(0);
    });

    testCapability('supplementary-characters', 'delivers characters of every plane', async () => {
      const { queue } = await subject();
      const attributes = { reason: '👁 𠮷' };
      await queue.send([{ body: '👁 𠮷', attributes }]);
      expect(await receiveOne(queue)).toMatchObject({ body: '👁 𠮷', attributes });
    });

    it('sends more messages at once than one call takes, and delivers each', async () => {
      const { queue } = await subject();
      const bodies = Array.from({ length: 37 }, (_, index) => `message ${index}`);
      await queue.send(bodies.map((body) => ({ body })));
      const received = await receiveAll(queue, 60);
      expect(received.map((message) => message.body).toSorted()).toEqual(bodies.toSorted());
    });

    it('sends large messages together that are too large for one call', async () => {
      const { queue } = await subject();
      const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
      await queue.send(bodies.map((body) => ({ body })));
      const received = await receiveAll(queue, 60);
      expect(received.map((message) => message.body[0]).toSorted()).toEqual(['a', 'b', 'c']);
    });

    it('takes no messages at all as nothing to do', async () => {
      const { queue } = await subject();
      await queue.send([]);
      expect(await queue.delete([])).toEqual([]);
      await expectNothing(queue);
    });

    it('gives no more messages than asked for', async () => {
      const { queue } = await subject();
      await queue.send(Array.from({ length: 12 }, (_, index) => ({ body: `${index}` })));
      const received = await queue.receive({ maxMessages: 3, waitSeconds: 2 });
      expect(received.length).toBeGreaterThan(0);
      expect(received.length).toBeLessThanOrEqual(3);
    });

    it('hides a message on loan, and delivers it again when its time is over', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'again' }]);
      const first = await receiveOne(queue);
      await expectNothing(queue);
      await advance(PAST_VISIBILITY);
      const second = await receiveOne(queue);
      expect(second).toMatchObject({ id: first.id, body: 'again', receiveCount: 2 });
      expect(second.receipt).not.toBe(first.receipt);
    });

    it('hides a message for as long as the receiver asks', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'long' }]);
      await receiveOne(queue, 30);
      await advance(PAST_VISIBILITY);
      await expectNothing(queue);
    });

    it('keeps a message hidden while its heart beats, no longer', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'beating' }]);
      const message = await receiveOne(queue, 3);
      await advance(1_500);
      expect(await queue.extend([message.receipt], 6)).toEqual([]);
      await advance(3_000);
      await expectNothing(queue);
      await advance(4_200);
      expect(await receiveOne(queue)).toMatchObject({ body: 'beating', receiveCount: 2 });
    });

    it('never delivers a deleted message again', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'done' }, { body: 'not done' }]);
      const received = await receiveAll(queue);
      const done = received.filter((message) => message.body === 'done');
      expect(await queue.delete(receiptsOf(done))).toEqual([]);
      await advance(PAST_VISIBILITY);
      expect((await receiveAll(queue)).map((message) => message.body)).toEqual(['not done']);
    });

    it('takes the deletion of a deleted message as done', async () => {
      const { queue } = await subject();
      await queue.send([{ body: 'once' }]);
      const { receipt } = await receiveOne(queue);
      expect(await queue.delete([receipt])).toEqual([]);
      expect(await queue.delete([receipt])).toEqual([]);
    });

    it('deletes, extends and releases more messages than one call takes', async () => {
      const { queue } = await subject();
      await queue.send(Array.from({ length: 24 }, (_, index) => ({ body: `${index}` })));
      const first = await receiveAll(queue, 60);
      expect(await queue.extend(receiptsOf(first), 60)).toEqual([]);
      expect(await queue.release(receiptsOf(first))).toEqual([]);
      const second = await receiveAll(queue, 60);
      expect(second).toHaveLength(24);
      expect(await queue.delete(receiptsOf(second))).toEqual([]);
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    });

    it('delivers a released message at once', async () => {
      const { queue } = await subject();
      await queue.send([{ body: 'handed back' }]);
      const first = await receiveOne(queue, 60);
      expect(await queue.release([first.receipt])).toEqual([]);
      expect(await receiveOne(queue)).toMatchObject({ body: 'handed back', receiveCount: 2 });
    });

    testCapability('stale-receipts', 'does not delete by the receipt of an older delivery', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'kept' }]);
      const first = await receiveOne(queue);
      await advance(PAST_VISIBILITY);
      await receiveOne(queue);
      await queue.delete([first.receipt]);
      await advance(PAST_VISIBILITY);
      expect(await receiveOne(queue)).toMatchObject({ body: 'kept', receiveCount: 3 });
    });

    testCapability('stale-receipts', 'does not end a newer loan by the receipt of an older one', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'kept' }]);
      const first = await receiveOne(queue);
      await advance(PAST_VISIBILITY);
      await receiveOne(queue, 60);
      await queue.release([first.receipt]);
      await expectNothing(queue);
    });

    testCapability('stale-receipt-reports', 'names receipts that no longer hold their message', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'kept' }]);
      const first = await receiveOne(queue);
      await advance(PAST_VISIBILITY);
      const second = await receiveOne(queue, 60);
      for (const failures of [
        await queue.extend([first.receipt, second.receipt], 60),
        await queue.release([first.receipt]),
        await queue.delete([first.receipt]),
      ]) {
        expect(failures).toEqual([{ receipt: first.receipt, reason: expect.stringMatching(/./) }]);
      }
      expect(await queue.delete([second.receipt])).toEqual([]);
    });

    it('holds a delayed message back until its delay is over', async () => {
      const { queue, advance } = await subject();
      await queue.send([{ body: 'later', delaySeconds: 3 }, { body: 'now' }]);
      expect((await receiveAll(queue, 60)).map((message) => message.body)).toEqual(['now']);
      await advance(PAST_VISIBILITY);
      expect(await receiveOne(queue)).toMatchObject({ body: 'later', receiveCount: 1 });
    });

    testCapability(
      'dead-letters',
      'moves a message to the dead letters after the last delivery it may have',
      async () => {
        const { queue, deadLetters } = await subject({ maxReceiveCount: 2 });
        const attributes = { exam: 'north/P1/e' };
        await queue.send([{ body: 'poison', attributes }, { body: 'good' }]);
        for (let delivery = 1; delivery <= 2; delivery += 1) {
          for (const message of await receiveAll(queue, 60)) {
            await (message.body === 'good' ? queue.delete : queue.release).call(queue, [message.receipt]);
          }
        }
        await expectNothing(queue);
        expect(await receiveOne(deadLetters)).toMatchObject({ body: 'poison', attributes });
        expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
      },
    );

    testCapability('dead-letters', 'counts a lapsed loan as a delivery', async () => {
      const { queue, deadLetters, advance } = await subject({ maxReceiveCount: 1 });
      await queue.send([{ body: 'kills its worker' }]);
      await receiveOne(queue);
      await advance(PAST_VISIBILITY);
      await expectNothing(queue);
      expect(await receiveOne(deadLetters)).toMatchObject({ body: 'kills its worker' });
    });

    testCapability('dead-letters', 'takes a dead letter back with its deliveries counted anew', async () => {
      const { queue, deadLetters } = await subject({ maxReceiveCount: 1 });
      await queue.send([{ body: 'mended', attributes: { exam: 'e' } }]);
      await queue.release([(await receiveOne(queue)).receipt]);
      await expectNothing(queue);
      const dead = await receiveOne(deadLetters);
      await queue.send([{ body: dead.body, attributes: dead.attributes }]);
      expect(await deadLetters.delete([dead.receipt])).toEqual([]);
      const again = await receiveOne(queue);
      expect(again).toMatchObject({ body: 'mended', attributes: { exam: 'e' }, receiveCount: 1 });
      expect(await queue.delete([again.receipt])).toEqual([]);
      expect(await deadLetters.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    });

    it('never lends one message to two receivers at a time', async () => {
      const { queue } = await subject();
      await queue.send(Array.from({ length: 100 }, (_, index) => ({ body: `${index}` })));
      const shares = await Promise.all(Array.from({ length: 8 }, () => receiveAll(queue, 60)));
      const bodies = shares.flat().map((message) => message.body);
      expect(new Set(bodies).size).toBe(100);
      expect(bodies).toHaveLength(100);
    });

    it('wakes a waiting receiver when a message arrives', async () => {
      const { queue } = await subject();
      const waiting = queue.receive({ maxMessages: 10, waitSeconds: 20 });
      await queue.send([{ body: 'at last' }]);
      expect((await waiting).map((message) => message.body)).toEqual(['at last']);
    });

    testCapability('abort', 'stops waiting when it is told to', async () => {
      const { queue } = await subject();
      const began = performance.now();
      const stop = new AbortController();
      const waiting = queue.receive({ maxMessages: 1, waitSeconds: 20, signal: stop.signal });
      stop.abort();
      expect(await waiting).toEqual([]);
      expect(await queue.receive({ maxMessages: 1, waitSeconds: 20, signal: AbortSignal.abort() })).toEqual(
        [],
      );
      expect(performance.now() - began).toBeLessThan(19_000);
    });

    testCapability('depth', 'tells how many messages are visible, in flight and delayed', async () => {
      const { queue } = await subject();
      expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
      await queue.send([{ body: 'a' }, { body: 'b' }, { body: 'c' }, { body: 'd', delaySeconds: 600 }]);
      await receiveOne(queue, 60);
      expect(await queue.depth()).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
    });

    it('takes a message of 256 KiB', async () => {
      const { queue } = await subject();
      const body = '照'.repeat(256 * 1_024).slice(0, Math.floor((256 * 1_024) / 3));
      await queue.send([{ body }]);
      expect((await receiveOne(queue)).body).toBe(body);
    });

    testCapability(
      'refusals',
      'refuses a message of more than 256 KiB, and with it all that were sent with it',
      async () => {
        const { queue } = await subject();
        const tooLarge = { body: 'x'.repeat(256 * 1_024 + 1) };
        await expect(queue.send([{ body: 'beside' }, tooLarge])).rejects.toThrow(InvalidInputError);
        const attributes = { reason: 'x' };
        const withAttributes = { body: 'x'.repeat(256 * 1_024), attributes };
        await expect(queue.send([withAttributes])).rejects.toThrow(InvalidInputError);
        await expectNothing(queue);
      },
    );

    testCapability('refusals', 'refuses what no queue can carry', async () => {
      const { queue } = await subject();
      const refused = [
        { body: '' },
        { body: 'bell \u0007' },
        { body: 'half a pair \ud83d' },
        { body: 'x', attributes: { empty: '' } },
        { body: 'x', attributes: { 'no spaces': 'x' } },
        { body: 'x', attributes: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, 'x'])) },
        { body: 'x', delaySeconds: 901 },
        { body: 'x', delaySeconds: -1 },
      ];
      for (const message of refused) await expect(queue.send([message])).rejects.toThrow(InvalidInputError);
      await expectNothing(queue);
    });

    testCapability('fairness', 'delivers a quiet group before the rest of a burst', async () => {
      const { queue } = await subject();
      await queue.send(Array.from({ length: 40 }, (_, index) => ({ body: `burst ${index}`, group: 'busy' })));
      await queue.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
      await queue.send([{ body: 'single', group: 'quiet' }]);
      expect(await receiveOne(queue)).toMatchObject({ body: 'single' });
      expect(await receiveAll(queue, 60)).toHaveLength(30);
    });

    testCapability('retention', 'drops a message that nobody received in time', async () => {
      const { queue, deadLetters, advance } = await subject({ retentionSeconds: 60 });
      await queue.send([{ body: 'forgotten' }]);
      await advance(61_000);
      await expectNothing(queue);
      await expectNothing(deadLetters);
    });
  });
}
