import { addedUp, agreementOf, type Comparison, type LabelComparison } from './label-comparison.ts';
import type { ShardReceipt } from './shard-receipt.ts';

/** How the heads of a shadow job agree with the live ones, over all its exams. */
export function comparisonOf(receipts: readonly Pick<ShardReceipt, 'compared'>[]): Comparison {
  const labels = new Map<string, LabelComparison>();
  for (const one of receipts.flatMap((receipt) => receipt.compared)) {
    const before = labels.get(one.label);
    labels.set(one.label, before === undefined ? one : addedUp(before, one));
  }
  return { labels: [...labels.values()].map((label) => ({ ...label, ...agreementOf(label) })) };
}
