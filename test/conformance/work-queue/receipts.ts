import { expect } from 'vitest';
import { expectNothing, PAST_VISIBILITY, receiveOne } from './receive.ts';
import type { WorkQueueTests } from './work-queue-tests.ts';

/** A receipt is of one delivery only. */
export function describeReceipts(tests: WorkQueueTests): void {
  tests.testCapability('stale-receipts', 'does not delete by the receipt of an older delivery', async () => {
    const { queue, advance } = await tests.open();
    await queue.send([{ body: 'kept' }]);
    const first = await receiveOne(queue);
    await advance(PAST_VISIBILITY);
    await receiveOne(queue);
    await queue.delete([first.receipt]);
    await advance(PAST_VISIBILITY);
    expect(await receiveOne(queue)).toMatchObject({ body: 'kept', receiveCount: 3 });
  });

  tests.testCapability(
    'stale-receipts',
    'does not end a newer loan by the receipt of an older one',
    async () => {
      const { queue, advance } = await tests.open();
      await queue.send([{ body: 'kept' }]);
      const first = await receiveOne(queue);
      await advance(PAST_VISIBILITY);
      await receiveOne(queue, 60);
      await queue.release([first.receipt]);
      await expectNothing(queue);
    },
  );

  tests.testCapability(
    'stale-receipt-reports',
    'names receipts that no longer hold their message',
    async () => {
      const { queue, advance } = await tests.open();
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
    },
  );
}
