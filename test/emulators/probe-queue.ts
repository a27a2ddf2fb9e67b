import { setTimeout as delay } from 'node:timers/promises';
import type { QueueCapability, QueueSubject } from '../conformance/work-queue/index.ts';
import type { Probe } from './probe.ts';

const SETTINGS = { visibilitySeconds: 30, maxReceiveCount: 10, retentionSeconds: 60 };

/** Probes of a queue, one for each capability that an emulator is known to lack at times. */
export function queueProbes(
  open: (settings: typeof SETTINGS) => Promise<QueueSubject>,
): readonly Probe<QueueCapability>[] {
  const receive = async ({ queue }: QueueSubject) =>
    (await queue.receive({ maxMessages: 1, waitSeconds: 1 }))[0];
  return [
    {
      capability: 'stale-receipt-reports',
      expectation: 'names receipts of older deliveries as failed',
      run: async () => {
        const subject = await open(SETTINGS);
        await subject.queue.send([{ body: 'x' }]);
        const [first] = await subject.queue.receive({ maxMessages: 1, waitSeconds: 1, visibilitySeconds: 1 });
        await delay(1_300);
        await receive(subject);
        const older = [first?.receipt ?? ''];
        const { queue } = subject;
        const taken = [
          ...((await queue.extend(older, 60)).length === 0 ? ['extending'] : []),
          ...((await queue.release(older)).length === 0 ? ['releasing'] : []),
          ...((await queue.delete(older)).length === 0 ? ['deleting'] : []),
        ];
        return taken.length === 0 ? null : `${taken.join(', ')} by an older receipt is no failure`;
      },
    },
    {
      capability: 'repeated-deletion',
      expectation: 'takes the deletion of a deleted message as done',
      run: async () => {
        const subject = await open(SETTINGS);
        await subject.queue.send([{ body: 'x' }]);
        const receipts = [(await receive(subject))?.receipt ?? ''];
        await subject.queue.delete(receipts);
        const [failure] = await subject.queue.delete(receipts);
        return failure === undefined ? null : `refuses it: ${failure.reason}`;
      },
    },
    {
      capability: 'supplementary-characters',
      expectation: 'carries characters of every plane',
      run: async () => {
        await (await open(SETTINGS)).queue.send([{ body: '👁' }]);
        return null;
      },
    },
    {
      capability: 'fairness',
      expectation: 'lets message groups share a standard queue',
      run: async () => {
        const subject = await open(SETTINGS);
        const { queue } = subject;
        await queue.send(Array.from({ length: 20 }, () => ({ body: 'burst', group: 'busy' })));
        await queue.receive({ maxMessages: 10, waitSeconds: 0 });
        await queue.send([{ body: 'single', group: 'quiet' }]);
        return (await receive(subject))?.body === 'single' ? null : 'groups change nothing';
      },
    },
    {
      capability: 'retention',
      expectation: 'lets a minute pass at will',
      run: async () => 'its clock is the real one, and no test waits a minute',
    },
  ];
}
