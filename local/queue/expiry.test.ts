import { expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';

const START = Date.parse('2026-05-01T08:00:00Z');

it('keeps a message to the last millisecond of its retention, and not longer', async () => {
  let now = START;
  await using temporary = await temporaryHome({ now: () => now });
  const { queue } = temporary.home.queues.screening;
  const end = START + QUEUE_SETTINGS.screening.retentionSeconds * 1_000;
  const receive = async () =>
    (await queue.receive({ maxMessages: 1, waitSeconds: 0 })).map(({ body }) => body);
  await queue.send([{ body: 'a' }]);
  now = end - 1;
  expect(await receive()).toEqual(['a']);
  await queue.release([]);
  now = START;
  await queue.send([{ body: 'b' }]);
  now = end;
  expect(await receive()).toEqual([]);
  expect(await queue.depth()).toMatchObject({ visible: 0 });
});
