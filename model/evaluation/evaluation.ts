import type { Confusion, ReliabilityBin, RocCurve } from './metrics/index.ts';

/** A figure of a cohort with its 95 % interval. `value` is `null` where there is none, and `reason` says why. */
export interface MeasuredFigure {
  readonly value: number | null;
  /** `null` where there are too few cases for an interval. */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
}

/** What is measured of each label. The last seven at the head's threshold or of its probabilities. */
export const LABEL_FIGURES = [
  'auroc',
  'averagePrecision',
  'sensitivity',
  'specificity',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'f1',
  'calibrationError',
  'brier',
] as const;
export type LabelFigure = (typeof LABEL_FIGURES)[number];

/** A ROC curve and, over evenly spaced false positive rates, where the middle 95 % of the resampled curves lie. */
export interface MeasuredRoc extends RocCurve {
  readonly band: {
    readonly falsePositiveRate: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  } | null;
}

/** How well one label, or one class against the rest, is found. */
export interface LabelEvaluation {
  readonly name: string;
  readonly threshold: number;
  /** Cases of which the label is known. */
  readonly cases: number;
  readonly positives: number;
  readonly figures: Readonly<Record<LabelFigure, MeasuredFigure>>;
  readonly confusion: Confusion;
  /** `null` where one class is absent. */
  readonly roc: MeasuredRoc | null;
  readonly reliability: readonly ReliabilityBin[];
}

/** Unweighted means over labels, or over classes each against the rest, of those where the figure is defined. */
export interface MacroEvaluation {
  readonly auroc: MeasuredFigure;
  readonly averagePrecision: MeasuredFigure;
}

/** How well exclusive classes are told apart. The most probable class is the one found. */
export interface ClassesEvaluation {
  readonly names: readonly string[];
  readonly accuracy: MeasuredFigure;
  /** Of grades only: classes that rise. */
  readonly quadraticKappa: MeasuredFigure | null;
  /** Cases, a row for each true class, a column for each found one. */
  readonly confusion: readonly (readonly number[])[];
}

/** Figures of one cohort, or of one group of it. */
export interface CohortEvaluation {
  /** Exams or, of features of one eye, eyes. */
  readonly cases: number;
  readonly patients: number;
  readonly labels: readonly LabelEvaluation[];
  readonly macro: MacroEvaluation;
  readonly classes: ClassesEvaluation | null;
}

/** Figures of the cases that have one value in a column of the labels. */
export interface GroupEvaluation extends CohortEvaluation {
  readonly column: string;
  readonly value: string;
}
