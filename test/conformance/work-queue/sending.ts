import { expect, it } from 'vitest';
import { InvalidInputError } from '../../../core/errors.ts';
import { expectNothing, receiveAll, receiveOne } from './receive.ts';
import type { WorkQueueTests } from './work-queue-tests.ts';

/** What is sent arrives, and what no queue can carry is refused. */
export function describeSending(tests: WorkQueueTests): void {
  it('delivers what was sent, with its attributes', async () => {
    const { queue } = await tests.open();
    const attributes = { exam: 'north/P1/2026-05-01', reason: '曝光不足 — “too dark”' };
    const body = JSON.stringify({ text: '眼底照片 <&> "quoted"\n\ttab' });
    await queue.send([{ body, attributes }]);
    const message = await receiveOne(queue);
    expect(message).toMatchObject({ body, attributes, receiveCount: 1 });
    expect(message.id).not.toBe('');
    expect(message.receipt).not.toBe('');
    expect(message.sentAt.getTime()).toBeGreaterThan(0);
  });

  tests.testCapability('supplementary-characters', 'delivers characters of every plane', async () => {
    const { queue } = await tests.open();
    const attributes = { reason: '👁 𠮷' };
    await queue.send([{ body: '👁 𠮷', attributes }]);
    expect(await receiveOne(queue)).toMatchObject({ body: '👁 𠮷', attributes });
  });

  it('sends more messages at once than one call takes, and delivers each', async () => {
    const { queue } = await tests.open();
    const bodies = Array.from({ length: 37 }, (_, index) => `message ${index}`);
    await queue.send(bodies.map((body) => ({ body })));
    const received = await receiveAll(queue, 60);
    expect(received.map((message) => message.body).toSorted()).toEqual(bodies.toSorted());
  });

  it('sends large messages together that are too large for one call', async () => {
    const { queue } = await tests.open();
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
    await queue.send(bodies.map((body) => ({ body })));
    const received = await receiveAll(queue, 60);
    expect(received.map((message) => message.body[0]).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('takes no messages at all as nothing to do', async () => {
    const { queue } = await tests.open();
    await queue.send([]);
    expect(await queue.delete([])).toEqual([]);
    await expectNothing(queue);
  });

  it('takes a message of 256 KiB', async () => {
    const { queue } = await tests.open();
    const body = '照'.repeat(256 * 1_024).slice(0, Math.floor((256 * 1_024) / 3));
    await queue.send([{ body }]);
    expect((await receiveOne(queue)).body).toBe(body);
  });

  tests.testCapability(
    'refusals',
    'refuses a message of more than 256 KiB, and with it all that were sent with it',
    async () => {
      const { queue } = await tests.open();
      const tooLarge = { body: 'x'.repeat(256 * 1_024 + 1) };
      await expect(queue.send([{ body: 'beside' }, tooLarge])).rejects.toThrow(InvalidInputError);
      const attributes = { reason: 'x' };
      const withAttributes = { body: 'x'.repeat(256 * 1_024), attributes };
      await expect(queue.send([withAttributes])).rejects.toThrow(InvalidInputError);
      await expectNothing(queue);
    },
  );

  tests.testCapability('refusals', 'refuses what no queue can carry', async () => {
    const { queue } = await tests.open();
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
}
