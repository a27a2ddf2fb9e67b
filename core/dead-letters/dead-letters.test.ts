import { describe, expect, it } from 'vitest';
import type { QueuePair, ReceivedMessage, ReceiveOptions } from '../ports/index.ts';
import {
  type DeadLetterChoice,
  listDeadLetters,
  redriveDeadLetters,
  unknownChoices,
} from './dead-letters.ts';
import { sendToDeadLetters } from './send-to-dead-letters.ts';

interface Letter {
  readonly program?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Second at which it was sent. */
  readonly second?: number;
}

interface Sent {
  readonly body: string;
  readonly group?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * A dead-letter queue that answers at once: it lends up to ten letters and, as a distributed one does, may say once
 * that it is empty though it is not.
 *
 * @param isBuriedAgain whether what is sent to the queue comes back at once: its cause is not mended
 */
function pairOf(letters: readonly Letter[], emptyAfter: readonly number[] = [], isBuriedAgain = false) {
  const lent = letters.map(({ program, attributes = {}, second = 0 }, index): ReceivedMessage => {
    const exam = { program, patient: `P${index}`, exam: '1' };
    return {
      id: `m${index}`,
      receipt: `r${index}`,
      body: program === undefined ? `no JSON ${index}` : JSON.stringify({ exam }),
      ...{ attributes, receiveCount: 1, sentAt: new Date(1_000 * second) },
    };
  });
  const calls = {
    received: [] as Pick<ReceiveOptions, 'maxMessages' | 'waitSeconds' | 'visibilitySeconds'>[],
    released: [] as string[],
    deleted: [] as string[],
    sent: [] as Sent[],
    order: [] as string[],
  };
  let next = 0;
  const pauses = [...emptyAfter];
  const deadLetters = {
    receive: async (options: ReceiveOptions) => {
      calls.received.push(options);
      if (pauses[0] === next) {
        pauses.shift();
        return [];
      }
      const messages = lent.slice(next, next + options.maxMessages);
      next += messages.length;
      return messages;
    },
    release: async (receipts: readonly string[]) => {
      calls.released.push(...receipts);
      return [];
    },
    delete: async (receipts: readonly string[]) => {
      calls.deleted.push(...receipts);
      calls.order.push('delete');
      return [];
    },
  };
  const queue = {
    send: async (messages: readonly Sent[]) => {
      calls.sent.push(...messages);
      calls.order.push('send');
      if (!isBuriedAgain) return;
      for (const { body, attributes = {} } of messages) {
        const [id, receipt] = [`m${lent.length}`, `r${lent.length}`];
        lent.push({ id, receipt, body, attributes, receiveCount: 1, sentAt: new Date() });
      }
    },
  };
  return { pair: { queue, deadLetters } as unknown as QueuePair, calls };
}

const NORTH = { program: 'north', andUnknown: false };

describe('dead letters that are listed', () => {
  it('are those of the program, oldest first, and all go back', async () => {
    const attributes = { reason: 'cut', exam: 'north/P1/1' };
    const { pair, calls } = pairOf([
      { program: 'north', second: 3 },
      { program: 'south', second: 1 },
      { program: 'north', second: 2, attributes },
      { second: 1 },
    ]);
    expect(await listDeadLetters(pair, NORTH)).toEqual([
      { id: 'm2', subject: 'north/P1/1', program: 'north', reason: 'cut', sentAt: new Date(2_000) },
      {
        ...{ id: 'm0', subject: 'north/P0/1', program: 'north', sentAt: new Date(3_000) },
        reason: expect.stringContaining('delivered too often'),
      },
    ]);
    expect(calls.released).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect([calls.deleted, calls.sent]).toEqual([[], []]);
    expect(calls.received[0]).toEqual({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
  });

  it('are those without a program besides, where they are asked for', async () => {
    const { pair } = pairOf([{ program: 'south' }, {}]);
    const letters = await listDeadLetters(pair, { ...NORTH, andUnknown: true });
    expect(letters.map(({ id, subject, program }) => [id, subject, program])).toEqual([
      ['m1', 'unknown', null],
    ]);
  });

  it('are seen though the queue says once that it is empty, and it waits before it asks again', async () => {
    const { pair, calls } = pairOf(
      Array.from({ length: 25 }, () => ({ program: 'north' })),
      [0, 10, 20],
    );
    expect(await listDeadLetters(pair, NORTH)).toHaveLength(25);
    expect(calls.received.map(({ waitSeconds }) => waitSeconds)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('are two thousand at most in one call', async () => {
    const { pair, calls } = pairOf(Array.from({ length: 2_015 }, () => ({ program: 'north' })));
    expect(await listDeadLetters(pair, NORTH)).toHaveLength(2_000);
    expect(calls.released).toHaveLength(2_000);
  });

  it('touch nothing where there are none', async () => {
    const { pair, calls } = pairOf([]);
    expect(await listDeadLetters(pair, NORTH)).toEqual([]);
    expect(calls.received).toHaveLength(2);
    expect(calls.released).toEqual([]);
  });
});

describe('dead letters that are sent again', () => {
  it('go to their queue in their program’s share before they are deleted; the others go back', async () => {
    const { pair, calls } = pairOf([{ program: 'south' }, { program: 'north' }, {}]);
    expect((await redriveDeadLetters(pair, NORTH)).map(({ id }) => id)).toEqual(['m1']);
    const body = JSON.stringify({ exam: { program: 'north', patient: 'P1', exam: '1' } });
    expect(calls.sent).toEqual([{ body, group: 'north', attributes: { redrives: '1' } }]);
    expect(calls.deleted).toEqual(['r1']);
    expect(calls.released).toEqual(['r0', 'r2']);
    expect(calls.order).toEqual(['send', 'delete']);
  });

  it('have no share where they name no program', async () => {
    const { pair, calls } = pairOf([{}]);
    await redriveDeadLetters(pair, { ...NORTH, andUnknown: true });
    expect(calls.sent).toEqual([{ body: 'no JSON 0', group: undefined, attributes: { redrives: '1' } }]);
    expect(calls.released).toEqual([]);
  });

  it('count how often, from what they have been through', async () => {
    const attributes = { redrives: '2', reason: 'cut' };
    const { pair, calls } = pairOf([
      { program: 'north', attributes },
      { program: 'north', attributes: { redrives: 'often' } },
    ]);
    await redriveDeadLetters(pair, NORTH);
    expect(calls.sent).toMatchObject([{ attributes: { redrives: '3' } }, { attributes: { redrives: '1' } }]);
  });

  it('are all but those left out, or just those named, by their id or what they are about', async () => {
    const three = () => pairOf([{ program: 'north' }, { program: 'north' }, { program: 'north' }]);
    const sent = async (choice: DeadLetterChoice) => {
      const { pair, calls } = three();
      const ids = (await redriveDeadLetters(pair, NORTH, choice)).map(({ id }) => id);
      expect(calls.deleted).toEqual(ids.map((id) => id.replace('m', 'r')));
      return ids;
    };
    expect(await sent({ except: ['m1'] })).toEqual(['m0', 'm2']);
    expect(await sent({ only: ['m2', 'm0'] })).toEqual(['m0', 'm2']);
    expect(await sent({ only: ['m2', 'm0'], except: ['m0'] })).toEqual(['m2']);
    expect(await sent({ except: ['north/P1/1'] })).toEqual(['m0', 'm2']);
    expect(await sent({ only: ['north/P1/1'] })).toEqual(['m1']);
    const letters = await listDeadLetters(three().pair, NORTH);
    expect(unknownChoices(letters, { only: ['m0', 'm7'], except: ['north/P1/1', 'north/P9/1'] })).toEqual([
      ...['m7', 'north/P9/1'],
    ]);
  });

  it('are not sent, nor deleted, where none is wanted', async () => {
    const { pair, calls } = pairOf([{ program: 'south' }]);
    expect(await redriveDeadLetters(pair, NORTH)).toEqual([]);
    expect(calls.order).toEqual([]);
    expect(calls.released).toEqual(['r0']);
  });

  it('are not followed about, however fast they come back', async () => {
    const letters = Array.from({ length: 12 }, (_, index) => ({
      program: 'north',
      attributes: { redrives: String(index) },
    }));
    const { pair, calls } = pairOf(letters, [], true);
    const sent = await redriveDeadLetters(pair, NORTH);
    expect(sent.map(({ id }) => id)).toEqual(letters.map((_, index) => `m${index}`));
    expect(calls.deleted).toHaveLength(12);
    expect(calls.released.sort()).toEqual(letters.map((_, index) => `r${index + 12}`).sort());
  });

  it('stay where the queue does not take them', async () => {
    const { pair, calls } = pairOf([{ program: 'south' }, { program: 'north' }]);
    const failing = { ...pair, queue: { send: () => Promise.reject(new Error('the queue is down')) } };
    await expect(redriveDeadLetters(failing as never, NORTH)).rejects.toThrow('the queue is down');
    expect(calls.deleted).toEqual([]);
  });
});

describe('a message that cannot be processed', () => {
  it('says the exam, the reason, where it came from and how to send it again', async () => {
    const sent: unknown[] = [];
    const queue = { send: async (messages: readonly unknown[]) => void sent.push(...messages) } as never;
    const body = JSON.stringify({ exam: { program: 'north', patient: 'P1', exam: '1' } });
    await sendToDeadLetters(queue, 'screening', { body }, 'r'.repeat(1_200));
    await sendToDeadLetters(queue, 'intake', { body: '{' }, 'no JSON');
    expect(sent).toEqual([
      {
        body,
        attributes: {
          ...{ reason: 'r'.repeat(1_000), exam: 'north/P1/1', source: 'screening' },
          remedy: 'Mend the cause, then: retclip redrive screening --program north',
        },
      },
      {
        body: '{',
        attributes: {
          ...{ reason: 'no JSON', exam: 'unknown', source: 'intake' },
          remedy: 'Mend the cause, then: retclip redrive intake --program PROGRAM',
        },
      },
    ]);
  });

  it('has a bounded subject, however many objects it names', async () => {
    const sent: { readonly attributes: Readonly<Record<string, string>> }[] = [];
    const queue = { send: async (messages: readonly never[]) => void sent.push(...messages) } as never;
    const records = Array.from({ length: 100 }, (_, n) => ({
      s3: { object: { key: `images/n/${n}/1/left.jpg` } },
    }));
    await sendToDeadLetters(queue, 'intake', { body: JSON.stringify({ Records: records }) }, 'r');
    expect(sent[0]?.attributes.exam).toHaveLength(1_000);
  });
});
