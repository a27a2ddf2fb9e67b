import type { RedrivenQueue } from '../messages/queues.ts';
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
/** Characters that XML 1.0 does not have, and so SQS neither. A key may hold them, and an error may quote it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_SENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** What queues take as an attribute of a message that they may never have sent themselves: bounded, of text, not empty. */
function attributeOf(text: string): string {
  return text.slice(0, LONGEST).toWellFormed().replaceAll(NOT_SENDABLE, '\uFFFD') || 'unknown';
}

/** How to send a message again, as the operator types it. */
function remedyOf(source: RedrivenQueue, program: string | null): string {
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
  source: RedrivenQueue,
  message: Pick<ReceivedMessage, 'body'> & Partial<Pick<ReceivedMessage, 'attributes'>>,
  reason: string,
): Promise<void> {
  const { name, program } = subjectOfMessage(message.body);
  const redrives = message.attributes?.[DEAD_LETTER_ATTRIBUTES.redrives];
  await deadLetters.send([
    {
      body: message.body,
      attributes: {
        [DEAD_LETTER_ATTRIBUTES.reason]: attributeOf(reason),
        [DEAD_LETTER_ATTRIBUTES.exam]: attributeOf(name),
        [DEAD_LETTER_ATTRIBUTES.source]: source,
        [DEAD_LETTER_ATTRIBUTES.remedy]: attributeOf(remedyOf(source, program)),
        ...(redrives === undefined ? {} : { [DEAD_LETTER_ATTRIBUTES.redrives]: redrives }),
      },
    },
  ]);
}
