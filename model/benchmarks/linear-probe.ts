import type { Head } from '../../core/heads/head.ts';
import type { FeaturesOrigin } from '../cohort/features-layout.ts';
import { macroMean, RankedScores } from '../evaluation/metrics/index.ts';
import { thresholdFor } from '../heads/fit/calibration/threshold.ts';
import { PENALTIES } from '../heads/fit/choose-penalty.ts';
import { FeatureBasis } from '../heads/fit/linear/feature-basis.ts';
import { minimize, type Problem, type ProblemSpace } from '../heads/fit/linear/minimize.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import type { BenchmarkFeatures, SplitFeatures } from './embed-benchmark.ts';
import { scoreSplit } from './score-split.ts';

/** Macro means on a split. */
export interface RankFigures {
  readonly auroc: number;
  readonly averagePrecision: number;
}

/** What was fitted on train and selected on validation. Test was not seen. */
export interface Probe {
  readonly head: Head;
  /** Strength of the ridge penalty that did best on validation. */
  readonly penalty: number;
  /** Every strength that was tried, with its figures on validation. */
  readonly tried: readonly (RankFigures & { readonly penalty: number })[];
  /** Labels that train has no case with, or none without: nothing can be learned of them. */
  readonly notLearned: readonly string[];
}

/** int8 [cases, classes]: what is true of each case. */
function codesOf(set: BenchmarkSet, { cases }: SplitFeatures): Int8Array {
  const width = set.classes.length;
  const codes = new Int8Array(cases.length * width);
  cases.forEach(({ values }, row) => {
    if (set.task === 'labels') codes.set(values, row * width);
    else codes[row * width + (values[0] ?? 0)] = 1;
  });
  return codes;
}

function figuresOn(set: BenchmarkSet, head: Head, split: SplitFeatures): RankFigures {
  const { truth, probabilities } = scoreSplit(set, head, split);
  const ranked = truth.map((values, label) => new RankedScores(values, probabilities[label] ?? []));
  return {
    auroc: macroMean(ranked.map((one) => one.auroc())),
    averagePrecision: macroMean(ranked.map((one) => one.averagePrecision())),
  };
}

/** Thresholds with the best sum of sensitivity and specificity on validation; 0.5 where it has one class only. */
function withThresholds(set: BenchmarkSet, head: Head, split: SplitFeatures): Head {
  const { truth, probabilities } = scoreSplit(set, head, split);
  const labels = head.labels.map((label, index) => {
    const [values, found] = [truth[index] ?? new Int8Array(), probabilities[index] ?? new Float64Array()];
    const both = values.includes(0) && values.includes(1);
    return { ...label, threshold: both ? thresholdFor({ kind: 'youden' }, found, values).threshold : 0.5 };
  });
  return { ...head, labels };
}

/**
 * The paper's linear protocol: a linear head on frozen features, fitted on train. Its penalty, the one thing to choose,
 * is the one with the highest sum of macro AUROC and macro AUPR on validation, the sum by which the reference scripts
 * choose their epoch.
 *
 * @throws CohortError if features are not finite
 */
export async function linearProbe(
  set: BenchmarkSet,
  { splits }: BenchmarkFeatures,
  origin: FeaturesOrigin,
): Promise<Probe> {
  const { train, validation } = splits;
  const width = set.classes.length;
  const codes = codesOf(set, train);
  const positives = set.classes.map(
    (_, label) => train.cases.filter((_case, row) => codes[row * width + label] === 1).length,
  );
  const learned = positives.map((count) => count > 0 && count < train.cases.length);
  const isLabels = set.task === 'labels';
  const basis = await FeatureBasis.of(train.features.slice(), train.features.length / train.cases.length);
  const stride = basis.rows.dimensions + 1;
  const space: ProblemSpace = {
    link: isLabels ? 'sigmoid' : 'softmax',
    width: isLabels ? 1 : width,
    targets: codes,
    folds: new Uint8Array(train.cases.length),
    variances: basis.variances,
  };
  const targets = isLabels ? [...learned.keys()].filter((label) => learned[label]) : [0];
  const headOf = (solved: readonly Float64Array[], penalty: number): Head => ({
    format: 1,
    name: `benchmark-${set.name}`,
    feature: set.feature,
    kind: isLabels ? 'multi-label' : 'multi-class',
    normalize: false,
    labels: set.classes.map(({ name }, label) => {
      const own = isLabels
        ? solved[targets.indexOf(label)]
        : solved[0]?.subarray(label * stride, (label + 1) * stride);
      const { weights, bias } = basis.unfold(own ?? new Float64Array(stride));
      return {
        name,
        weights: Array.from(weights, Math.fround),
        bias,
        threshold: 0.5,
        calibration: { kind: 'none' },
      };
    }),
    model: origin.model,
    ...(origin.precision === null ? {} : { precision: origin.precision }),
    trained: origin.trained,
    provenance: `Linear protocol on ${set.title}: softmax or logistic regression on "${set.feature}" of ${train.cases.length} training cases, ridge penalty ${penalty} selected on ${validation.cases.length} validation cases.`,
    intendedUse: `Research use only: to compare features on the benchmark ${set.title}.`,
  });
  try {
    const candidates: { readonly head: Head; readonly figures: Probe['tried'][number] }[] = [];
    let starts: readonly Float64Array[] = targets.map(() => new Float64Array(space.width * stride));
    for (const penalty of PENALTIES) {
      const problems: Problem[] = targets.map((target) => ({ held: -1, target, penalty }));
      starts = await minimize(basis.rows, space, problems, starts, { tolerance: 1e-7, iterations: 200 });
      const head = headOf(starts, penalty);
      candidates.push({ head, figures: { penalty, ...figuresOn(set, head, validation) } });
    }
    const sum = ({ figures }: (typeof candidates)[number]): number =>
      figures.auroc + figures.averagePrecision || 0;
    const chosen = candidates.reduce((best, one) => (sum(one) > sum(best) ? one : best));
    return {
      head: withThresholds(set, chosen.head, validation),
      penalty: chosen.figures.penalty,
      tried: candidates.map(({ figures }) => figures),
      notLearned: set.classes.flatMap(({ name }, label) => (learned[label] ? [] : [name])),
    };
  } finally {
    await basis.rows.release();
  }
}
