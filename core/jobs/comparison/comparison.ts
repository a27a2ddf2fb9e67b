import { allCompared, type ComparedExams, NO_EXAMS } from './compared-exams.ts';
import { addedUp, agreementOf, type Comparison, type LabelComparison } from './label-comparison.ts';

/** A part of what was compared: a shard of a job, or a page of exams. */
export interface ComparedPart {
  readonly compared: readonly LabelComparison[];
  /** Absent in parts that an earlier version wrote. */
  readonly over?: ComparedExams | undefined;
}

/**
 * What can be said of a part that an earlier version wrote, without a count of its exams. An exam counts once for each
 * label, so the label with the highest count tells the least number of exams.
 */
export function comparedAtLeast(labels: readonly LabelComparison[]): ComparedExams {
  const counts = labels.map(
    ({ both, onlyLive, onlyShadow, neither, unknownLive }) =>
      both + onlyLive + onlyShadow + neither + unknownLive.positive + unknownLive.negative,
  );
  return { ...NO_EXAMS, exams: Math.max(0, ...counts) };
}

/** How tried heads agree with the live ones, over all exams of all parts. */
export function comparisonOf(parts: readonly ComparedPart[]): Comparison {
  const over = allCompared(parts.map((part) => part.over ?? comparedAtLeast(part.compared)));
  return { over, labels: labelsOf(parts).map((label) => ({ ...label, ...agreementOf(label) })) };
}

/** Counts of each label, over all parts. */
export function labelsOf(parts: readonly Pick<ComparedPart, 'compared'>[]): LabelComparison[] {
  const labels = new Map<string, LabelComparison>();
  for (const one of parts.flatMap((part) => part.compared)) {
    const before = labels.get(one.label);
    labels.set(one.label, before === undefined ? one : addedUp(before, one));
  }
  return [...labels.values()];
}
