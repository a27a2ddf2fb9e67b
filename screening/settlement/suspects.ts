import type { KnownAttempts } from '../../core/attempts/attempts.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';

/** A message that was in hand when what screened it died, whether by its doing is not known. */
export interface Suspect {
  readonly message: ReceivedMessage;
  readonly known: KnownAttempts;
}

/** Who has ended fewest workers goes first, so that none waits for the others to be buried; then who came most often. */
export function byCrashes(a: Suspect, b: Suspect): number {
  return a.known.crashes - b.known.crashes || b.message.receiveCount - a.message.receiveCount;
}
