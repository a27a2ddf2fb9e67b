import { z } from 'zod';
import { DEAD_LETTER_ATTRIBUTES } from '../dead-letters/send-to-dead-letters.ts';
import type { ReceivedMessage } from '../ports/index.ts';

/** A message as far as attempts are counted by it. */
export type AttemptedMessage = Pick<ReceivedMessage, 'id' | 'body' | 'attributes' | 'receiveCount'>;

/** The last delivery whose end a process saw; `null` if none did. */
export const settledSchema = z.object({ message: z.string(), delivery: z.number().int() }).nullable();
type Settled = Readonly<z.infer<typeof settledSchema>>;

/** How often a message was sent again from the dead letters. */
export function redrivesOf({ attributes }: AttemptedMessage): number {
  const redrives = Number(attributes[DEAD_LETTER_ATTRIBUTES.redrives] ?? 0);
  return Number.isSafeInteger(redrives) && redrives > 0 ? redrives : 0;
}

/** That this delivery has come to an end. */
export function settledBy({ id, receiveCount }: AttemptedMessage): NonNullable<Settled> {
  return { message: id, delivery: receiveCount };
}

/** Whether a message was in hand when a process died: it has ended one, or the end of its last delivery was not seen. */
export function isSuspect(
  { id, receiveCount }: AttemptedMessage,
  { crashes, settled }: { readonly crashes: number; readonly settled: Settled },
): boolean {
  const wasSettled = settled?.message === id && settled.delivery === receiveCount - 1;
  return receiveCount > 1 && (crashes > 0 || !wasSettled);
}

/**
 * The note that counts for a message. What was sent again later counts from zero; an older copy of it does not take that
 * back.
 *
 * @param note what is stored; `null` without any that can be read
 */
export function noteFor<Note extends { readonly redrives: number }>(
  message: AttemptedMessage,
  note: Note | null,
  fresh: (redrives: number) => Note,
): Note {
  const redrives = redrivesOf(message);
  return note === null || note.redrives < redrives ? fresh(redrives) : note;
}
