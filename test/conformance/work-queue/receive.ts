import { expect } from 'vitest';
import type { ReceivedMessage, WorkQueue } from '../../../core/ports/index.ts';

/** Longer than the visibility timeout, by more than the whole seconds that queues count in. */
export const PAST_VISIBILITY = 4_200;

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

export function receiptsOf(messages: readonly ReceivedMessage[]): readonly string[] {
  return messages.map((message) => message.receipt);
}

export async function receiveOne(queue: WorkQueue, visibilitySeconds?: number): Promise<ReceivedMessage> {
  const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 2, visibilitySeconds });
  if (message === undefined) throw new Error(`Expected a message in ${queue.name} but received none.`);
  return message;
}

export async function expectNothing(queue: WorkQueue): Promise<void> {
  expect(await receiveAll(queue)).toEqual([]);
}
