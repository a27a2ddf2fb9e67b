import type { Outcome } from '../exams/outcome.ts';
import type { UngradableReason } from '../exams/quality.ts';
import type { ExamFacts } from './exam-facts.ts';

/** Which exams of a list are wanted. What is left out, is not asked. */
export interface ExamFilter {
  /** A finding of this label, with a probability from `minimum` (0) to `maximum` (1). */
  readonly label?: { readonly name: string; readonly minimum?: number; readonly maximum?: number };
  /** Screened by this bundle. */
  readonly model?: string;
  /** Not screened by this bundle. */
  readonly notModel?: string;
  /** `true`: it is screened and every photograph is gradable; `false`: it is screened and one is not. */
  readonly gradable?: boolean;
  /** A photograph is ungradable for this reason. */
  readonly reason?: UngradableReason;
  /** Whether a reader has read it. */
  readonly reviewed?: boolean;
  /** This reader has not read it. */
  readonly notReadBy?: string;
  /** The machine decided so, whatever readers made of it. */
  readonly machine?: Outcome;
}

function fitsLabel(facts: ExamFacts, label: NonNullable<ExamFilter['label']>): boolean {
  const { minimum = 0, maximum = 1 } = label;
  const probabilities = facts.labels[label.name]?.probabilities ?? [];
  return probabilities.some((probability) => probability >= minimum && probability <= maximum);
}

/** Whether an exam is wanted. */
export function fitsFilter(facts: ExamFacts, filter: ExamFilter): boolean {
  const { label, model, notModel, gradable, reason, reviewed, notReadBy, machine } = filter;
  return (
    (label === undefined || fitsLabel(facts, label)) &&
    (model === undefined || facts.model === model) &&
    (notModel === undefined || facts.model !== notModel) &&
    (gradable === undefined || (facts.model !== null && (facts.ungradable.length === 0) === gradable)) &&
    (reason === undefined || facts.ungradable.includes(reason)) &&
    (reviewed === undefined || facts.readers.length > 0 === reviewed) &&
    (notReadBy === undefined || !facts.readers.includes(notReadBy)) &&
    (machine === undefined || facts.machine === machine)
  );
}
