import { expect, it } from 'vitest';
import { expectNothing, PAST_VISIBILITY, receiptsOf, receiveAll, receiveOne } from './receive.ts';
import type { WorkQueueTests } from './work-queue-tests.ts';

/** A message on loan is hidden, for so long and no longer. */
export function describeLoans(tests: WorkQueueTests): void {
  it('hides a message on loan, and delivers it again when its time is over', async () => {
    const { queue, advance } = await tests.open();
    await queue.send([{ body: 'again' }]);
    const first = await receiveOne(queue);
    await expectNothing(queue);
    await advance(PAST_VISIBILITY);
    const second = await receiveOne(queue);
    expect(second).toMatchObject({ id: first.id, body: 'again', receiveCount: 2 });
    expect(second.receipt).not.toBe(first.receipt);
  });

  it('hides a message for as long as the receiver asks', async () => {
    const { queue, advance } = await tests.open();
    await queue.send([{ body: 'long' }]);
    await receiveOne(queue, 30);
    await advance(PAST_VISIBILITY);
    await expectNothing(queue);
  });

  it('keeps a message hidden while its heart beats, no longer', async () => {
    const { queue, advance } = await tests.open();
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
    const { queue, advance } = await tests.open();
    await queue.send([{ body: 'done' }, { body: 'not done' }]);
    const received = await receiveAll(queue);
    const done = received.filter((message) => message.body === 'done');
    expect(await queue.delete(receiptsOf(done))).toEqual([]);
    await advance(PAST_VISIBILITY);
    expect((await receiveAll(queue)).map((message) => message.body)).toEqual(['not done']);
  });

  tests.testCapability('repeated-deletion', 'takes the deletion of a deleted message as done', async () => {
    const { queue } = await tests.open();
    await queue.send([{ body: 'once' }]);
    const { receipt } = await receiveOne(queue);
    expect(await queue.delete([receipt])).toEqual([]);
    expect(await queue.delete([receipt])).toEqual([]);
  });

  it('deletes, extends and releases more messages than one call takes', async () => {
    const { queue } = await tests.open();
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
    const { queue } = await tests.open();
    await queue.send([{ body: 'handed back' }]);
    const first = await receiveOne(queue, 60);
    expect(await queue.release([first.receipt])).toEqual([]);
    expect(await receiveOne(queue)).toMatchObject({ body: 'handed back', receiveCount: 2 });
  });

  it('holds a delayed message back until its delay is over', async () => {
    const { queue, advance } = await tests.open();
    await queue.send([{ body: 'later', delaySeconds: 3 }, { body: 'now' }]);
    expect((await receiveAll(queue, 60)).map((message) => message.body)).toEqual(['now']);
    await advance(PAST_VISIBILITY);
    expect(await receiveOne(queue)).toMatchObject({ body: 'later', receiveCount: 1 });
  });
}
