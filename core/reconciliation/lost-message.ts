import { FEW_MESSAGES, GRACE } from './grace.ts';

/**
 * What became of the message that was to move something on. `waits`: a queue may still hold it. `buried`: it lies among
 * the dead letters, with its reason. `undecided`: it may lie there, but there are more than were looked at. `lost`:
 * nothing speaks of it any more.
 */
export type MessageFate = 'waits' | 'buried' | 'undecided' | 'lost';

export interface MessageSigns {
  /** Since the message was sent, in milliseconds. */
  readonly age: number;
  /** Messages in the queues that could hold it, in flight or waiting. */
  readonly waiting: number;
  readonly isBuried: boolean;
  /** Whether every dead letter was looked at. */
  readonly sawAllLetters: boolean;
}

function mayWait({ age, waiting }: MessageSigns): boolean {
  if (age < GRACE.queuesEmpty) return true;
  if (waiting === 0) return false;
  if (waiting < FEW_MESSAGES) return age < GRACE.queuesWorkedOff;
  return age < GRACE.queuesForget;
}

/**
 * Tells whether a message is lost. To send one again that was not costs a read and no more: every receiver finds its work
 * done. To send one again that is buried would bury it twice.
 *
 * ```
 * younger than 1 h ───────────────────────────────────▶ waits
 * nothing waits in its queues ────────────────────────▶ lost
 * fewer than 1,000 wait ──────────── after a day ─────▶ lost
 * more wait ──────────────────────── after 14 days ───▶ lost
 * ```
 */
export function fateOf(signs: MessageSigns): MessageFate {
  if (signs.isBuried) return 'buried';
  if (mayWait(signs)) return 'waits';
  return signs.sawAllLetters ? 'lost' : 'undecided';
}
