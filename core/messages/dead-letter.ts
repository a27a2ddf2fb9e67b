import type { ReceivedMessage, WorkQueue } from '../ports/work-queue.ts';

/** Attributes under which a dead-letter queue tells why a message is there. */
export const DEAD_LETTER_ATTRIBUTES = {
  reason: 'reason',
  exam: 'exam',
  source: 'source',
  remedy: 'remedy',
} as const;

export interface DeadLetterReason {
  /** What happened, in one sentence. */
  readonly reason: string;
  /** `program/patient/exam` or the object key, as far as known. */
  readonly exam: string;
}

/** Attribute values are bounded so that a long error text cannot make the message too large to keep. */
const LONGEST = 1_000;

/**
 * Puts a message that cannot be processed where an operator finds it, with the exam, the reason and how to send it
 * again. Delete the original only after this has returned.
 */
export async function sendToDeadLetters(
  deadLetters: WorkQueue,
  source: string,
  message: Pick<ReceivedMessage, 'body'>,
  why: DeadLetterReason,
): Promise<void> {
  await deadLetters.send([
    {
      body: message.body,
      attributes: {
        [DEAD_LETTER_ATTRIBUTES.reason]: why.reason.slice(0, LONGEST),
        [DEAD_LETTER_ATTRIBUTES.exam]: why.exam.slice(0, LONGEST),
        [DEAD_LETTER_ATTRIBUTES.source]: source,
        [DEAD_LETTER_ATTRIBUTES.remedy]: `Mend the cause, then: retclip redrive ${source}`,
      },
    },
  ]);
}
