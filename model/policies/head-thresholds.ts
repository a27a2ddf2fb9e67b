import { type Head, headId } from '../../core/heads/head.ts';
import type { OutcomePolicy } from '../../core/policies/index.ts';

/**
 * Gives a head a policy's thresholds for its own, so that a program without thresholds decides as by that policy. Its
 * statistics are left out: they hold at other thresholds.
 *
 * @param policy of which only thresholds for this head, for every level and any number of images, are taken
 */
export function withPolicyThresholds(head: Head, policy: OutcomePolicy): Head {
  const { statistics: _, ...rest } = head;
  const id = headId(head);
  const own = (label: string): number | undefined =>
    policy.thresholds.find(
      (one) =>
        one.head === head.name &&
        one.label === label &&
        one.level === undefined &&
        one.rule === undefined &&
        (one.headId === undefined || one.headId === id),
    )?.threshold;
  return {
    ...rest,
    labels: head.labels.map((label) => ({ ...label, threshold: own(label.name) ?? label.threshold })),
  };
}

/** Points a policy's thresholds to heads of the same names that differ from those that it was chosen for by nothing else. */
export function forHeads<Policy extends OutcomePolicy>(policy: Policy, heads: readonly Head[]): Policy {
  const ids = new Map(heads.map((head) => [head.name, headId(head)]));
  return {
    ...policy,
    thresholds: policy.thresholds.map((threshold) => {
      const id = threshold.headId === undefined ? undefined : ids.get(threshold.head);
      return id === undefined ? threshold : { ...threshold, headId: id };
    }),
  };
}
