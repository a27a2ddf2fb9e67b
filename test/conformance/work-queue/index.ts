import { afterAll, describe } from 'vitest';
import type { QueueSettings } from '../../../core/messages/queues.ts';
import { type Limitations, testsWith } from '../subject.ts';
import { describeDeadLetters } from './dead-letters.ts';
import { describeLoans } from './loans.ts';
import { describeReceipts } from './receipts.ts';
import { describeReceiving } from './receiving.ts';
import { describeSending } from './sending.ts';
import type { QueueCapability, QueueSubject, WorkQueueTests } from './work-queue-tests.ts';

export { receiveAll } from './receive.ts';
export type { QueueCapability, QueueSubject } from './work-queue-tests.ts';

const SETTINGS: QueueSettings = { visibilitySeconds: 3, maxReceiveCount: 10, retentionSeconds: 60 };

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
  const subjects: QueueSubject[] = [];
  const tests: WorkQueueTests = {
    testCapability: testsWith(name, limitations),
    async open(settings = {}) {
      const opened = await open({ ...SETTINGS, ...settings });
      subjects.push(opened);
      return opened;
    },
  };

  // At the same time, since some clocks only advance by waiting.
  describe.concurrent(`WorkQueue: ${name}`, () => {
    afterAll(async () => {
      await Promise.all(subjects.map((opened) => opened.close()));
    });
    describeSending(tests);
    describeLoans(tests);
    describeReceipts(tests);
    describeReceiving(tests);
    describeDeadLetters(tests);
  });
}
