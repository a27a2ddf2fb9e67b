import { EvaluationError } from '../errors.ts';

/** How often each row counts: of a bootstrap's resample. Every row once where it is left out. */
export type Multiplicities = ArrayLike<number>;

/** How many cases with and without the label score as high as each threshold or higher, thresholds falling. */
export interface Cumulative {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** As {@link RankedScores.auroc}, of counts. */
export function areaUnderRoc({ positives, negatives }: Cumulative): number {
  let wins = 0;
  let [allPositives, allNegatives] = [0, 0];
  for (let group = 0; group < positives.length; group += 1) {
    const [withLabel, without] = [positives[group] as number, negatives[group] as number];
    wins += (without - allNegatives) * (allPositives + withLabel);
    allPositives = withLabel;
    allNegatives = without;
  }
  return wins / (2 * allPositives * allNegatives);
}

/** As {@link RankedScores.averagePrecision}, of counts. */
export function averagePrecisionOf({ positives, negatives }: Cumulative): number {
  let [sum, before] = [0, 0];
  for (let group = 0; group < positives.length; group += 1) {
    const withLabel = positives[group] as number;
    if (withLabel > before)
      sum += ((withLabel - before) * withLabel) / (withLabel + (negatives[group] as number));
    before = withLabel;
  }
  return sum / before;
}

/**
 * Scores of one binary label in falling order, tied ones together. Sorted once, so that every further question, of
 * the whole or of a resample, takes one pass.
 *
 * @example
 * new RankedScores([0, 1, 1], [0.2, 0.9, 0.2]).auroc(); // 0.75
 */
export class RankedScores {
  /** Rows by falling score. */
  readonly rows: Uint32Array;
  /** Of each group of tied scores, the place after its last one in `rows`. */
  readonly ends: Uint32Array;
  /** Of each group, its score. */
  readonly thresholds: Float64Array;
  /** Whether a row, in the order of `rows`, has the label. */
  readonly positive: Uint8Array;
  readonly positives: number;
  readonly negatives: number;
  readonly #cumulative: Cumulative;

  /**
   * @param labels 1 or `true` where the case has the label
   * @param scores rising with the probability of the label; only their order counts
   * @throws EvaluationError if the lengths differ or a score is NaN
   */
  constructor(labels: ArrayLike<number | boolean>, scores: ArrayLike<number>) {
    if (labels.length !== scores.length) {
      throw new EvaluationError(
        `Expected one score for each of ${labels.length} labels, not ${scores.length}.`,
      );
    }
    const values = Float64Array.from(scores);
    const unscored = values.findIndex(Number.isNaN);
    if (unscored !== -1) throw new EvaluationError(`The score of row ${unscored + 1} is not a number.`);
    this.rows = Uint32Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
    this.positive = Uint8Array.from(this.rows, (row) => (labels[row] ? 1 : 0));
    const ends: number[] = [];
    for (let place = 1; place <= values.length; place += 1) {
      const here = values[this.rows[place - 1] as number];
      if (place === values.length || values[this.rows[place] as number] !== here) ends.push(place);
    }
    this.ends = Uint32Array.from(ends);
    this.thresholds = Float64Array.from(ends, (end) => values[this.rows[end - 1] as number] as number);
    this.positives = this.positive.reduce((sum, one) => sum + one, 0);
    this.negatives = values.length - this.positives;
    this.#cumulative = {
      positives: new Float64Array(ends.length),
      negatives: new Float64Array(ends.length),
    };
  }

  /** Counts from the highest score down, at the end of each group of tied scores; overwritten by the next call. */
  cumulate(times?: Multiplicities): Cumulative {
    const { rows, ends, positive } = this;
    const { positives, negatives } = this.#cumulative;
    let [withLabel, without, place] = [0, 0, 0];
    for (let group = 0; group < ends.length; group += 1) {
      const end = ends[group] as number;
      for (; place < end; place += 1) {
        const count = times === undefined ? 1 : (times[rows[place] as number] as number);
        if (positive[place] === 1) withLabel += count;
        else without += count;
      }
      positives[group] = withLabel;
      negatives[group] = without;
    }
    return this.#cumulative;
  }

  /**
   * Goes through the groups of tied scores from the highest down.
   *
   * @param visit gets how many cases with and without the label have scores as high as this or higher
   */
  descend(times: Multiplicities | undefined, visit: (positives: number, negatives: number) => void): void {
    const { positives, negatives } = this.cumulate(times);
    for (const [group, withLabel] of positives.entries()) visit(withLabel, negatives[group] as number);
  }

  /**
   * Area under the receiver operating characteristic: the probability that a case with the label scores higher than
   * one without; a tie counts half, as mid-ranks have it (Hanley and McNeil 1982).
   *
   * @returns NaN where one class is absent
   */
  auroc(times?: Multiplicities): number {
    return areaUnderRoc(this.cumulate(times));
  }

  /**
   * Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct thresholds, without interpolation. The area under the
   * precision-recall curve (AUPR) as `average_precision_score` of scikit-learn gives it.
   *
   * @returns NaN where no case has the label
   */
  averagePrecision(times?: Multiplicities): number {
    return averagePrecisionOf(this.cumulate(times));
  }
}
