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

/** The bin of a probability. One on an edge belongs to the bin below it, as in scikit-learn's calibration_curve. */
function binOf(probability: number, bins: number): number {
  const width = 1 / bins;
  const bin = Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
  if (bin > 0 && probability <= bin * width) return bin - 1;
  return bin < bins - 1 && probability > (bin + 1) * width ? bin + 1 : bin;
}

/** Probabilities in bins of equal width over [0, 1]: binned once, asked often. */
export class BinnedProbabilities {
  readonly #bins: Uint16Array;
  readonly #labels: Uint8Array;
  readonly #probabilities: Float64Array;
  /** Of each bin: cases, cases with the label, and the sum of probabilities. */
  readonly #cases: Float64Array;
  readonly #positives: Float64Array;
  readonly #sums: Float64Array;

  /** @param bins how many, 10 unless told */
  constructor(
    labels: ArrayLike<number | boolean>,
    probabilities: ArrayLike<number>,
    bins = RELIABILITY_BINS,
  ) {
    this.#probabilities = Float64Array.from(probabilities);
    this.#labels = Uint8Array.from(this.#probabilities, (_, row) => (labels[row] ? 1 : 0));
    this.#bins = Uint16Array.from(this.#probabilities, (probability) => binOf(probability, bins));
    this.#cases = new Float64Array(bins);
    this.#positives = new Float64Array(bins);
    this.#sums = new Float64Array(bins);
  }

  #count(times?: Multiplicities): void {
    for (const sums of [this.#cases, this.#positives, this.#sums]) sums.fill(0);
    for (let row = 0; row < this.#bins.length; row += 1) {
      const count = times === undefined ? 1 : (times[row] as number);
      const bin = this.#bins[row] as number;
      this.#cases[bin] = (this.#cases[bin] as number) + count;
      this.#sums[bin] = (this.#sums[bin] as number) + count * (this.#probabilities[row] as number);
      if (this.#labels[row] === 1) this.#positives[bin] = (this.#positives[bin] as number) + count;
    }
  }

  /** As {@link expectedCalibrationError}. */
  calibrationError(times?: Multiplicities): number {
    this.#count(times);
    let [distance, cases] = [0, 0];
    for (let bin = 0; bin < this.#cases.length; bin += 1) {
      distance += Math.abs((this.#sums[bin] as number) - (this.#positives[bin] as number));
      cases += this.#cases[bin] as number;
    }
    return distance / cases;
  }

  /** As {@link reliability}. */
  reliability(): ReliabilityBin[] {
    this.#count();
    const bins = this.#cases.length;
    return Array.from(this.#cases, (cases, bin) => {
      const positives = this.#positives[bin] as number;
      return {
        from: bin / bins,
        to: (bin + 1) / bins,
        cases,
        positives,
        meanProbability: cases === 0 ? null : (this.#sums[bin] as number) / cases,
        shareOfPositives: cases === 0 ? null : positives / cases,
      };
    });
  }
}

/** Bins of equal width over [0, 1], for a reliability diagram. */
export function reliability(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  bins = RELIABILITY_BINS,
): ReliabilityBin[] {
  return new BinnedProbabilities(labels, probabilities, bins).reliability();
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
  return new BinnedProbabilities(labels, probabilities, bins).calibrationError(times);
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
