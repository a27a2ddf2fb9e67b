import { expect, it } from 'vitest';
import { checkMessage } from '../ports/message-arguments.ts';
import type { OutgoingMessage, WorkQueue } from '../ports/work-queue.ts';
import { sendToDeadLetters } from './send-to-dead-letters.ts';

function announced(key: string): string {
  return JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key } } }] });
}

it.each([
  ['a control character', announced('images/north/P%001/left.jpg'), 'a reason with \u0007 a bell'],
  ['no name at all', announced(''), ''],
  [
    'a text that ends within a character',
    announced('images/'.padEnd(999, 'x').concat('👁')),
    'r'.repeat(999).concat('👁'),
  ],
])('buries a message whose subject or reason has %s: a queue takes it', async (_, body, reason) => {
  const sent: OutgoingMessage[] = [];
  const queue = {
    send: async (messages: readonly OutgoingMessage[]) => {
      for (const message of messages) checkMessage('intake-dead-letters', message);
      sent.push(...messages);
    },
  };
  await sendToDeadLetters(queue as unknown as WorkQueue, 'intake', { body }, reason);
  expect(sent).toMatchObject([{ body, attributes: { source: 'intake' } }]);
});
