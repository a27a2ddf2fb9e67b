import { allCompared, comparedAtLeast } from './compared-exams.ts';
import { addedUp, agreementOf, type Comparison, type LabelComparison } from './label-comparison.ts';
import type { ShardReceipt } from './shard-receipt.ts';

/** How tried heads agree with the live ones, over all exams of all parts. */
export function comparisonOf(parts: readonly Pick<ShardReceipt, 'compared' | 'over'>[]): Comparison {
  const labels = new Map<string, LabelComparison>();
  for (const one of parts.flatMap((part) => part.compared)) {
    const before = labels.get(one.label);
    labels.set(one.label, before === undefined ? one : addedUp(before, one));
  }
  const over = allCompared(parts.map((part) => part.over ?? comparedAtLeast(part.compared)));
  return { over, labels: [...labels.values()].map((label) => ({ ...label, ...agreementOf(label) })) };
}
