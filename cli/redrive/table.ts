import type { DeadLetters } from '../client.ts';
import { terminalTable } from '../terminal/table.ts';

/** Dead letters as a table for a terminal: their ids, since when, about what, why. */
export function deadLetterTable(items: DeadLetters['items']): string {
  const rows = items.map(({ id, sentAt, subject, reason }) => [
    id,
    sentAt.slice(0, 16).replace('T', ' '),
    subject,
    reason,
  ]);
  return terminalTable(['id', 'since', 'exam or file', 'reason'], rows);
}
