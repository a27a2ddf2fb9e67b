import type { Multiplicities } from './ranked-scores.ts';

/** Cases whose probabilities lie in one bin. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly cases: number;
  readonly positives: number;
  /** `null` where the bin is empty. */
  readonly meanProbability: number | null;
  readonly shareOfPositives: number | null;
}

/** Bins unless asked otherwise. */
export const RELIABILITY_BINS = 10;

/** Sums over the bins: cases, cases with the label, and probabilities. */
interface BinSums {
  readonly cases: Float64Array;
  readonly positives: Float64Array;
  readonly probabilities: Float64Array;
}

function sumBins(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  bins: number,
  times?: Multiplicities,
): BinSums {
  const sums = {
    cases: new Float64Array(bins),
    positives: new Float64Array(bins),
    probabilities: new Float64Array(bins),
  };
  const width = 1 / bins;
  for (let row = 0; row < labels.length; row += 1) {
    const count = times === undefined ? 1 : (times[row] as number);
    const probability = probabilities[row] as number;
    // A probability on an edge belongs to the bin below it, as in scikit-learn's calibration_curve.
    let bin = Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
    if (bin > 0 && probability <= bin * width) bin -= 1;
    else if (bin < bins - 1 && probability > (bin + 1) * width) bin += 1;
    sums.cases[bin] = (sums.cases[bin] as number) + count;
    sums.probabilities[bin] = (sums.probabilities[bin] as number) + count * probability;
    if (labels[row]) sums.positives[bin] = (sums.positives[bin] as number) + count;
  }
  return sums;
}

/** Bins of equal width over [0, 1], for a reliability diagram. */
export function reliability(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  bins = RELIABILITY_BINS,
): ReliabilityBin[] {
  const sums = sumBins(labels, probabilities, bins);
  return Array.from(sums.cases, (cases, bin) => {
    const positives = sums.positives[bin] as number;
    return {
      from: bin / bins,
      to: (bin + 1) / bins,
      cases,
      positives,
      meanProbability: cases === 0 ? null : (sums.probabilities[bin] as number) / cases,
      shareOfPositives: cases === 0 ? null : positives / cases,
    };
  });
}

/**
 * Expected calibration error: the distance of mean probability and share of positives, averaged over bins of equal
 * width by their cases (Naeini et al. 2015).
 *
 * @returns NaN without cases
 */
export function expectedCalibrationError(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  times?: Multiplicities,
  bins = RELIABILITY_BINS,
): number {
  const sums = sumBins(labels, probabilities, bins, times);
  let distance = 0;
  let cases = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    distance += Math.abs((sums.probabilities[bin] as number) - (sums.positives[bin] as number));
    cases += sums.cases[bin] as number;
  }
  return distance / cases;
}

/** Mean squared distance of probability and truth (Brier 1950); NaN without cases. */
export function brierScore(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  times?: Multiplicities,
): number {
  let sum = 0;
  let cases = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const count = times === undefined ? 1 : (times[row] as number);
    sum += count * ((probabilities[row] as number) - (labels[row] ? 1 : 0)) ** 2;
    cases += count;
  }
  return sum / cases;
}
