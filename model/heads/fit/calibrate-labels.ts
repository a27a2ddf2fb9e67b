import type { Calibration, FitStatistics } from '../../../core/heads/head.ts';
import { probabilitiesOf, shareLogits } from '../../../core/heads/probabilities.ts';
import { RankedScores } from '../../evaluation/metrics/index.ts';
import { isotonicCalibration } from './calibration/isotonic.ts';
import { plattCalibration } from './calibration/platt.ts';
import { type Threshold, type ThresholdAim, thresholdFor } from './calibration/threshold.ts';
import type { FitTargets } from './fit-targets.ts';

export type CalibrationKind = Calibration['kind'];

/** What held-out scores say of one label. */
export interface CalibratedLabel extends Threshold {
  readonly calibration: Calibration;
  readonly auroc: number;
  readonly known: number;
  readonly positive: number;
}

function calibrationOf(kind: CalibrationKind, scores: Float64Array, labels: Int8Array): Calibration {
  switch (kind) {
    case 'none':
      return { kind };
    case 'platt':
      return plattCalibration(scores, labels);
    case 'isotonic':
      return isotonicCalibration(scores, labels);
  }
}

/** Rows of which a label is known, and their numbers in some column. */
function knownRows({ codes, names }: FitTargets, label: number): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < codes.length / names.length; row += 1) {
    if ((codes[row * names.length + label] as number) >= 0) rows.push(row);
  }
  return Uint32Array.from(rows);
}

/** Numbers that a scorer would calibrate: of classes the logit of each one's share. */
function ownScores({ kind, names }: FitTargets, scores: Float64Array): Float64Array {
  if (kind !== 'multi-class') return scores;
  const result = new Float64Array(scores.length);
  for (let index = 0; index < scores.length; index += names.length) {
    result.set(shareLogits([...scores.subarray(index, index + names.length)]), index);
  }
  return result;
}

/**
 * Calibrates each label on held-out scores and sets its threshold on the probabilities that follow.
 *
 * @param scores float64 [units, labels], of units that the weights behind them were not fitted to
 */
export function calibrateLabels(
  targets: FitTargets,
  scores: Float64Array,
  options: { readonly calibration: CalibrationKind; readonly threshold: ThresholdAim },
): CalibratedLabel[] {
  const { names, codes, kind } = targets;
  const labels = names.length;
  const own = ownScores(targets, scores);
  const known = names.map((_, label) => knownRows(targets, label));
  const truths = known.map((rows, label) =>
    Int8Array.from(rows, (row) => codes[row * labels + label] as number),
  );
  const calibrations = known.map((rows, label) => {
    const values = Float64Array.from(rows, (row) => own[row * labels + label] as number);
    return calibrationOf(options.calibration, values, truths[label] as Int8Array);
  });
  const readout = { kind, labels: calibrations.map((calibration) => ({ calibration })) };
  const probabilities = new Float64Array(scores.length);
  for (let index = 0; index < scores.length; index += labels) {
    probabilities.set(probabilitiesOf(readout, [...scores.subarray(index, index + labels)]), index);
  }
  return names.map((_, label) => {
    const rows = known[label] as Uint32Array;
    const truth = truths[label] as Int8Array;
    const values = Float64Array.from(rows, (row) => probabilities[row * labels + label] as number);
    const raw = Float64Array.from(rows, (row) => own[row * labels + label] as number);
    return {
      ...thresholdFor(options.threshold, values, truth),
      calibration: calibrations[label] ?? { kind: 'none' },
      auroc: new RankedScores(truth, raw).auroc(),
      known: rows.length,
      positive: truth.reduce((sum, one) => sum + one, 0),
    };
  });
}

/** What the head says of a label. */
export function labelStatistics(label: CalibratedLabel, penalty: number): FitStatistics['labels'][string] {
  const { known, positive, auroc, sensitivity, specificity } = label;
  return { known, positive, prevalence: positive / known, penalty, auroc, sensitivity, specificity };
}
