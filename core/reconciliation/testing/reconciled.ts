import type { FindingCounts } from '../findings.ts';
import { MOST_NAMED } from '../findings.ts';
import { type ReconcileOptions, reconcile } from '../reconcile.ts';
import type { ReconciliationRecord } from '../reconciliation-record.ts';
import type { ReconciledHome } from '../sweep.ts';

/** Everything that a reconciliation has found, of all stages. */
export function findingsOf({ stages, run }: ReconciliationRecord): FindingCounts {
  const all = [...Object.values(stages).map(({ findings }) => findings), run?.findings ?? {}];
  const counts: Record<string, { found: number; done: number; examples: string[] }> = {};
  for (const [name, { found, done, examples }] of all.flatMap((findings) => Object.entries(findings))) {
    const known = counts[name] ?? { found: 0, done: 0, examples: [] };
    counts[name] = {
      found: known.found + found,
      done: known.done + done,
      examples: [...known.examples, ...examples].slice(0, MOST_NAMED),
    };
  }
  return counts;
}

/** Reconciles everything at once, as if it had never been done. @returns what was found */
export async function reconciled(
  home: ReconciledHome,
  now: number,
  change: Partial<ReconcileOptions> = {},
): Promise<FindingCounts> {
  const record = await reconcile({
    ...{ home, program: null, isDry: false, stages: 'all', mayGoOn: () => true, now: () => new Date(now) },
    ...change,
  });
  return findingsOf(record);
}
