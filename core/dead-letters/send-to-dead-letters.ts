import type { QueueName } from '../messages/queues.ts';
import type { ReceivedMessage, WorkQueue } from '../ports/work-queue.ts';
import { subjectOfMessage } from './message-subject.ts';

/** Attributes under which a dead-letter queue tells why a message is there. */
export const DEAD_LETTER_ATTRIBUTES = {
  reason: 'reason',
  exam: 'exam',
  source: 'source',
  remedy: 'remedy',
  /** How often the message was sent again before: {@link redriveDeadLetters} counts it up. */
  redrives: 'redrives',
} as const;

/** Attribute values are bounded so that a long error text cannot make the message too large to keep. */
const LONGEST = 1_000;

/** How to send a message again, as the operator types it. */
function remedyOf(source: QueueName, program: string | null): string {
  return `Mend the cause, then: retclip redrive ${source} --program ${program ?? 'PROGRAM'}`;
}

/**
 * Puts a message that cannot be processed where an operator finds it, with the exam, the reason and how to send it
 * again. Delete the original only after this has returned.
 *
 * @param reason what happened, in one sentence
 */
export async function sendToDeadLetters(
  deadLetters: WorkQueue,
  source: QueueName,
  message: Pick<ReceivedMessage, 'body'> & Partial<Pick<ReceivedMessage, 'attributes'>>,
  reason: string,
): Promise<void> {
  const { name, program } = subjectOfMessage(message.body);
  const redrives = message.attributes?.[DEAD_LETTER_ATTRIBUTES.redrives];
  await deadLetters.send([
    {
      body: message.body,
      attributes: {
        [DEAD_LETTER_ATTRIBUTES.reason]: reason.slice(0, LONGEST),
        [DEAD_LETTER_ATTRIBUTES.exam]: name.slice(0, LONGEST),
        [DEAD_LETTER_ATTRIBUTES.source]: source,
        [DEAD_LETTER_ATTRIBUTES.remedy]: remedyOf(source, program),
        ...(redrives === undefined ? {} : { [DEAD_LETTER_ATTRIBUTES.redrives]: redrives }),
      },
    },
  ]);
}
