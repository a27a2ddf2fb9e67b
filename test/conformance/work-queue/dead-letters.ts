import { expect } from 'vitest';
import { expectNothing, PAST_VISIBILITY, receiveAll, receiveOne } from './receive.ts';
import type { WorkQueueTests } from './work-queue-tests.ts';

/** What becomes of messages that are never finished. */
export function describeDeadLetters(tests: WorkQueueTests): void {
  tests.testCapability(
    'dead-letters',
    'moves a message to the dead letters after the last delivery it may have',
    async () => {
      const { queue, deadLetters } = await tests.open({ maxReceiveCount: 2 });
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

  tests.testCapability('dead-letters', 'counts a lapsed loan as a delivery', async () => {
    const { queue, deadLetters, advance } = await tests.open({ maxReceiveCount: 1 });
    await queue.send([{ body: 'kills its worker' }]);
    await receiveOne(queue);
    await advance(PAST_VISIBILITY);
    await expectNothing(queue);
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'kills its worker' });
  });

  tests.testCapability(
    'dead-letters',
    'takes a dead letter back with its deliveries counted from zero',
    async () => {
      const { queue, deadLetters } = await tests.open({ maxReceiveCount: 1 });
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
    },
  );

  tests.testCapability('retention', 'drops a message that was not received in time', async () => {
    const { queue, deadLetters, advance } = await tests.open({ retentionSeconds: 60 });
    await queue.send([{ body: 'forgotten' }]);
    await advance(61_000);
    await expectNothing(queue);
    await expectNothing(deadLetters);
  });
}
