import Table from 'cli-table3';
import pc from 'picocolors';
import type { DeadLetters } from '../client.ts';

/** Room for a reason on a terminal of 100 columns. */
const REASON_WIDTH = 60;

/** Dead letters as a table for a terminal: since when, about what, why. */
export function deadLetterTable(items: DeadLetters['items']): string {
  const table = new Table({
    head: ['since', 'exam or file', 'reason'],
    colWidths: [18, null, REASON_WIDTH],
    wordWrap: true,
    style: pc.isColorSupported ? { head: ['bold'], border: ['dim'] } : { head: [], border: [] },
  });
  for (const { sentAt, subject, reason } of items) {
    table.push([sentAt.slice(0, 16).replace('T', ' '), subject, reason]);
  }
  return table.toString();
}
