import { PatientResamples } from './bootstrap/resample-patients.ts';
import { ClassesMeasure } from './classes-measure.ts';
import { EvaluationError } from './errors.ts';
import type { CohortEvaluation } from './evaluation.ts';
import { LabelMeasure } from './label-measure.ts';
import { MacroMeasure } from './macro-measure.ts';
import type { ScoredCohort } from './scored-cohort.ts';

export interface EvaluateOptions {
  /** Resamples of the bootstrap; 1000 unless told. With 0 there are no intervals. */
  readonly resamples?: number;
  /** Of the bootstrap: the same seed gives the same intervals. 1 unless told. */
  readonly seed?: number;
  readonly onResample?: (done: number) => void;
}

/** Resamples unless told. */
export const RESAMPLES = 1000;

/**
 * Measures findings against truth, with 95 % intervals by bootstrap over patients.
 *
 * @throws EvaluationError if there are no cases, or a probability is not a number
 * @example
 * evaluate({ names: ['amd'], thresholds: [0.5], patients, truth: [labels], probabilities: [found], classes: null })
 */
export function evaluate(cohort: ScoredCohort, options: EvaluateOptions = {}): CohortEvaluation {
  const { patients } = cohort;
  if (patients.length === 0) throw new EvaluationError('There are no cases to evaluate.');
  const labels = cohort.names.map(
    (name, index) =>
      new LabelMeasure(
        name,
        cohort.thresholds[index] ?? 0.5,
        cohort.truth[index] ?? new Int8Array(),
        cohort.probabilities[index] ?? new Float64Array(),
      ),
  );
  const classes = cohort.classes === null ? null : new ClassesMeasure(cohort.classes);
  const resamples = new PatientResamples(patients, options.seed ?? 1);
  const macro = new MacroMeasure();
  for (let done = 0; done < (options.resamples ?? RESAMPLES); done += 1) {
    const times = resamples.next();
    macro.resample(labels.map((label) => label.resample(times)));
    classes?.resample(times);
    options.onResample?.(done + 1);
  }
  return {
    cases: patients.length,
    patients: resamples.patients,
    labels: labels.map((label) => label.evaluation()),
    macro: classes?.macro() ?? macro.evaluation(labels.map((label) => label.figures())),
    classes: classes?.evaluation() ?? null,
  };
}
