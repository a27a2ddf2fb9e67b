import type { CohortEvaluation, GroupEvaluation } from '../evaluation.ts';

/** Stands on every report. */
export const RESEARCH_USE =
  'Research use only: these figures describe one cohort and are no proof of fitness for diagnosis.';

/** Everything that a report of an evaluation says. Written as `evaluation.json`. */
export interface EvaluationReport {
  readonly format: 1;
  readonly notice: string;
  readonly madeAt: string;
  readonly head: {
    readonly name: string;
    readonly id: string;
    readonly kind: string;
    readonly feature: string;
    readonly trained: boolean;
    readonly provenance: string;
    readonly intendedUse: string;
  };
  /** The bundle that made the features. */
  readonly model: {
    readonly id: string;
    readonly trained: boolean;
    readonly preprocessing: string;
    /** Of the features, in words; left out by former releases. */
    readonly precision?: string;
  };
  readonly cohort: {
    /** Files, without their folders. */
    readonly features: string;
    readonly labels: string;
    readonly split: string | null;
    /** What a case is. */
    readonly unit: 'exam' | 'eye';
    /** Labels without features: named, counted, left out. */
    readonly withoutFeatures: readonly { readonly item: string; readonly line: number }[];
    /** Exams or eyes with features of which nothing is known. */
    readonly withoutLabels: number;
    readonly labelsWithoutTruth: readonly string[];
    readonly labelsNotLookedFor: readonly string[];
  };
  readonly bootstrap: { readonly resamples: number; readonly seed: number; readonly confidence: 0.95 };
  readonly whole: CohortEvaluation;
  readonly groups: readonly GroupEvaluation[];
}

/** What a reader must know before any figure; the gravest first. */
export function warningsOf({ head, model, whole }: EvaluationReport): string[] {
  const few = whole.labels.filter(({ positives }) => positives > 0 && positives < 20).map(({ name }) => name);
  return [
    ...(head.trained && model.trained ? [] : ['The model is UNTRAINED: its findings mean nothing.']),
    ...(few.length === 0
      ? []
      : [
          `Fewer than 20 cases have ${few.join(', ')}: take these figures as rough, whatever their interval.`,
        ]),
  ];
}

/** How many of what: `1 exam`, `12 eyes`. */
export function countText(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}
