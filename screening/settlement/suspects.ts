import type { Attempts, KnownAttempts } from '../../core/attempts/attempts.ts';
import { reasonOf } from '../../core/errors.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';

/** A message that was in hand when what screened it died, whether by its doing is not known. */
export interface Suspect {
  readonly message: ReceivedMessage;
  readonly known: KnownAttempts;
}

/** What is known of a message of which nothing could be found out. */
const UNKNOWN: KnownAttempts = { crashes: 0, failures: 0, isSuspect: true };

/** Who has ended fewest workers goes first, so that none waits for the others to be buried; then who came most often. */
export function byCrashes(a: Suspect, b: Suspect): number {
  return a.known.crashes - b.known.crashes || b.message.receiveCount - a.message.receiveCount;
}

/** Tells what befell a message before. One that cannot be looked up is a suspect. */
export async function findAttempts(
  attempts: Pick<Attempts, 'find'>,
  message: ReceivedMessage,
  log: Log,
): Promise<KnownAttempts> {
  if (message.receiveCount <= 1) return { ...UNKNOWN, isSuspect: false };
  try {
    return await attempts.find(message);
  } catch (error) {
    log.warn('What befell a message before could not be looked up', {
      messageId: message.id,
      reason: reasonOf(error),
    });
    return UNKNOWN;
  }
}
