import type { Outcome } from '../outcome/outcome.tsx';
import { type DueGroup, dueGroup } from '../queue/due.ts';
import type { Queue, WorkRow } from '../queue/queue-query.ts';

/** What heads a group of rows. */
export type Group = Outcome | DueGroup | 'blinded';

/** A line of the list: the head of a group, or an exam. */
export type Line =
  | { readonly kind: 'head'; readonly group: Group }
  | { readonly kind: 'exam'; readonly group: Group; readonly row: WorkRow; readonly index: number };

function groupOf(row: WorkRow, queue: Queue, now: number): Group {
  if (row.result === null) return 'blinded';
  if (queue.order === 'urgency' && queue.outcome === null) return row.result.outcome;
  return row.dueAt === null ? 'later' : dueGroup(row.dueAt, now);
}

/** Rows with a head before each group, in the order of the rows. */
export function linesOf(rows: readonly WorkRow[], queue: Queue, now: number): readonly Line[] {
  const lines: Line[] = [];
  let group: Group | undefined;
  for (const [index, row] of rows.entries()) {
    const own = groupOf(row, queue, now);
    if (own !== group) lines.push({ kind: 'head', group: own });
    lines.push({ kind: 'exam', group: own, row, index });
    group = own;
  }
  return lines;
}
