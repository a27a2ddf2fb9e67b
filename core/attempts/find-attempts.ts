import { reasonOf } from '../errors.ts';
import type { ReceivedMessage } from '../ports/index.ts';
import type { Log } from '../ports/log.ts';
import type { KnownAttempts } from './attempts.ts';

/** How it is told that something could not be looked up. */
export interface AttemptsTold {
  readonly log: Pick<Log, 'warn'>;
  /** Whom the message is about: `an image`. */
  readonly what: string;
}

/**
 * Tells what befell a message before. One on its first delivery costs nothing, and one that cannot be looked up is a suspect.
 *
 * @param nothing what is known of a message that nothing befell
 * @example await findAttempts(attempts, message, { crashes: 0, isSuspect: false }, { log, what: 'an image' })
 */
export async function findAttempts<Known extends Pick<KnownAttempts, 'isSuspect'>>(
  attempts: { find(message: ReceivedMessage): Promise<Known> },
  message: ReceivedMessage,
  nothing: Known,
  { log, what }: AttemptsTold,
): Promise<Known> {
  if (message.receiveCount <= 1) return nothing;
  try {
    return await attempts.find(message);
  } catch (error) {
    const told = { messageId: message.id, reason: reasonOf(error) };
    log.warn(`What befell ${what} before could not be looked up`, told);
    return { ...nothing, isSuspect: true };
  }
}
