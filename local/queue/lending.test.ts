import { expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';

it('lends what is behind messages that were delivered too often, in one call', async () => {
  await using temporary = await temporaryHome();
  const { queue, deadLetters } = temporary.home.queues.screening;
  const bodies = async (maxMessages: number) =>
    (await queue.receive({ maxMessages, waitSeconds: 0 })).map(({ body }) => body);
  await queue.send([{ body: 'dead 1' }, { body: 'dead 2' }]);
  for (let delivery = 0; delivery < QUEUE_SETTINGS.screening.maxReceiveCount; delivery += 1) {
    const lent = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.release(lent.map(({ receipt }) => receipt));
  }
  await queue.send([{ body: 'well 1' }, { body: 'well 2' }, { body: 'well 3' }]);
  expect(await bodies(2)).toEqual(['well 1', 'well 2']);
  expect(await bodies(2)).toEqual(['well 3']);
  expect((await deadLetters.depth()).visible).toBe(2);
});
