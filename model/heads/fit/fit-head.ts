import type { Head, HeadFeature } from '../../../core/heads/head.ts';
import type { Targets } from '../../cohort/cohort.ts';
import type { FeaturesOrigin } from '../../cohort/features-layout.ts';
import { CohortError } from '../../errors.ts';
import { type CalibrationKind, calibrateLabels, labelStatistics } from './calibrate-labels.ts';
import type { ThresholdAim } from './calibration/threshold.ts';
import { choosePenalties } from './choose-penalty.ts';
import { type FitTargets, fitTargets } from './fit-targets.ts';
import { groupedFolds, sampleGroups } from './folds.ts';
import { heldOutScores } from './held-out.ts';
import { FeatureBasis } from './linear/feature-basis.ts';
import { minimize, type Problem, type ProblemSpace } from './linear/minimize.ts';
import type { TrainingRows } from './linear/training-rows.ts';

/** Units that the strength of the penalty is chosen on at most. */
export const PENALTY_UNITS = 20_000;

/** A labelled cohort in memory. */
export interface FitInput {
  /** float32 [units, dimensions]; used up: it is standardised and rotated in place. */
  readonly features: Float32Array;
  readonly feature: HeadFeature;
  readonly targets: Targets;
  /** Of each unit, what must not be torn apart into two folds. */
  readonly groups: readonly string[];
  readonly origin: FeaturesOrigin;
}

export interface FitOptions {
  readonly name: string;
  readonly intendedUse: string;
  /** What the labels are unless told: multi-label, or multi-class for a column of classes. */
  readonly kind?: Head['kind'];
  readonly threshold: ThresholdAim;
  readonly calibration: CalibrationKind;
  readonly folds: number;
  readonly seed: string;
  /** Told before each step. */
  readonly onStep?: (step: string) => void;
}

function thresholdText(aim: ThresholdAim): string {
  return aim.kind === 'youden' ? 'youden' : `${aim.kind} ${aim.least}`;
}

/** The targets of some rows. */
function part(targets: FitTargets, rows: Uint32Array): Int8Array {
  const labels = targets.names.length;
  const codes = new Int8Array(rows.length * labels);
  rows.forEach((row, index) => {
    codes.set(targets.codes.subarray(row * labels, (row + 1) * labels), index * labels);
  });
  return codes;
}

function mean(weights: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(weights[0]?.length ?? 0);
  for (const own of weights) {
    own.forEach((value, index) => {
      (sum[index] as number) += value / weights.length;
    });
  }
  return sum;
}

interface Solution {
  /** float64 [width, dimensions + 1] of each target, along the basis' axes. */
  readonly weights: readonly Float64Array[];
  readonly penalties: readonly number[];
  /** float64 [units, labels] */
  readonly heldOut: Float64Array;
}

async function solve(
  basis: FeatureBasis,
  space: ProblemSpace,
  sample: { readonly rows: Uint32Array; readonly targets: Int8Array },
  options: FitOptions,
): Promise<Solution> {
  const { folds: count, onStep = () => undefined } = options;
  const isWhole = sample.rows.length === basis.rows.rows;
  onStep(`strength of the penalty, on ${sample.rows.length} of ${basis.rows.rows}`);
  const rows = isWhole ? basis.rows : await basis.rows.subset(sample.rows);
  const chosen = await choosePenalties(
    rows,
    {
      ...space,
      targets: sample.targets,
      folds: Uint8Array.from(sample.rows, (row) => space.folds[row] as number),
    },
    count,
  );
  if (!isWhole) await rows.release();
  onStep('weights of every fold and of all');
  const held: Problem[] = chosen.flatMap(({ penalty }, target) =>
    Array.from({ length: count }, (_, fold) => ({ held: fold, target, penalty })),
  );
  const whole: Problem[] = chosen.map(({ penalty }, target) => ({ held: -1, target, penalty }));
  const starts = [...chosen.flatMap(({ weights }) => weights), ...chosen.map(({ weights }) => mean(weights))];
  const precise = { tolerance: Math.max(1e-13, basis.rows.precision / 4), iterations: 200 };
  const solved = await minimize(basis.rows, space, [...held, ...whole], starts, precise);
  onStep('the last digits of the weights of all');
  return {
    weights: await polish(basis.rows, space, whole, solved.slice(held.length)),
    penalties: chosen.map(({ penalty }) => penalty),
    heldOut: await heldOutScores(basis.rows, space, held, solved.slice(0, held.length)),
  };
}

/**
 * Takes weights that float32 has found to the optimum: where losses differ by less than it can tell, weights may still
 * differ by a thousandth.
 */
export function polish(
  rows: TrainingRows,
  space: ProblemSpace,
  problems: readonly Problem[],
  starts: readonly Float64Array[],
): Promise<Float64Array[]> {
  return minimize(rows.precise(), space, problems, starts, { tolerance: 1e-18, iterations: 200 });
}

/**
 * Fits a head to a labelled cohort: logistic regression with a ridge penalty on standardised features, for each label or
 * by softmax over classes. The penalty's strength is chosen by cross-validation over groups; calibration and threshold
 * of each label are set on the scores of the folds that were held out. The same input and seed give the same head, to
 * the bit on one machine.
 *
 * @throws CohortError if a label has one class only, there are too few groups, or kind and labels do not fit
 */
export async function fitHead(input: FitInput, options: FitOptions): Promise<Head> {
  const { groups, features, origin, feature } = input;
  const { folds: count, seed } = options;
  if (!Number.isInteger(count) || count < 2 || count > 100) {
    throw new CohortError(`Expected 2 to 100 folds but received ${count}.`);
  }
  const targets = fitTargets(input.targets, groups, options.kind);
  const folds = groupedFolds(targets, groups, options);
  const sampled = sampleGroups(targets, groups, { most: PENALTY_UNITS, seed });
  options.onStep?.('principal components');
  const basis = await FeatureBasis.of(features, features.length / groups.length);
  try {
    const isSoftmax = targets.kind === 'multi-class';
    const space: ProblemSpace = {
      link: isSoftmax ? 'softmax' : 'sigmoid',
      width: isSoftmax ? targets.names.length : 1,
      targets: targets.codes,
      folds,
      variances: basis.variances,
    };
    const sample = { rows: sampled, targets: part(targets, sampled) };
    const solution = await solve(basis, space, sample, options);
    const calibrated = calibrateLabels(targets, solution.heldOut, options);
    const stride = basis.rows.dimensions + 1;
    const labels = targets.names.map((name, label) => {
      const target = Math.floor(label / space.width);
      const own = solution.weights[target]?.subarray((label % space.width) * stride) ?? new Float64Array();
      const { weights, bias } = basis.unfold(own.subarray(0, stride));
      const { threshold = 0.5, calibration = { kind: 'none' } } = calibrated[label] ?? {};
      return { name, weights: Array.from(weights, Math.fround), bias, threshold, calibration };
    });
    const groupCount = new Set(groups).size;
    return {
      format: 1,
      name: options.name,
      feature,
      kind: targets.kind,
      normalize: false,
      labels,
      ...(targets.lowest === undefined ? {} : { lowest: targets.lowest }),
      model: origin.model,
      ...(origin.precision === null ? {} : { precision: origin.precision }),
      trained: origin.trained,
      provenance: `Ridge logistic regression on "${feature}" of ${groups.length} units of ${groupCount} patients; penalty, calibration and thresholds by ${count}-fold cross-validation over patients.`,
      intendedUse: options.intendedUse,
      statistics: {
        units: groups.length,
        groups: groupCount,
        folds: count,
        seed,
        calibration: options.calibration,
        threshold: thresholdText(options.threshold),
        labels: Object.fromEntries(
          calibrated.map((label, index) => [
            targets.names[index] ?? '',
            labelStatistics(label, solution.penalties[Math.floor(index / space.width)] ?? 0),
          ]),
        ),
      },
    };
  } finally {
    await basis.rows.release();
  }
}
