import { EvaluationError } from '../errors.ts';

/** How often each row counts: of a bootstrap's resample. Every row once where it is left out. */
export type Multiplicities = ArrayLike<number>;

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
  }

  /**
   * Goes through the groups of tied scores from the highest down.
   *
   * @param visit gets how many cases with and without the label have scores as high as this or higher
   */
  descend(times: Multiplicities | undefined, visit: (positives: number, negatives: number) => void): void {
    let positives = 0;
    let negatives = 0;
    let place = 0;
    for (let group = 0; group < this.ends.length; group += 1) {
      const end = this.ends[group] as number;
      for (; place < end; place += 1) {
        const count = times === undefined ? 1 : (times[this.rows[place] as number] as number);
        if (this.positive[place] === 1) positives += count;
        else negatives += count;
      }
      visit(positives, negatives);
    }
  }

  /**
   * Area under the receiver operating characteristic: the probability that a case with the label scores higher than
   * one without; a tie counts half, as mid-ranks have it (Hanley and McNeil 1982).
   *
   * @returns NaN where one class is absent
   */
  auroc(times?: Multiplicities): number {
    let wins = 0;
    let [allPositives, allNegatives] = [0, 0];
    this.descend(times, (positives, negatives) => {
      const [newPositives, newNegatives] = [positives - allPositives, negatives - allNegatives];
      wins += newNegatives * (allPositives + newPositives / 2);
      [allPositives, allNegatives] = [positives, negatives];
    });
    return wins / (allPositives * allNegatives);
  }

  /**
   * Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct thresholds, without interpolation. The area under the
   * precision-recall curve (AUPR) as `average_precision_score` of scikit-learn gives it.
   *
   * @returns NaN where no case has the label
   */
  averagePrecision(times?: Multiplicities): number {
    let sum = 0;
    let before = 0;
    this.descend(times, (positives, negatives) => {
      if (positives > before) sum += ((positives - before) * positives) / (positives + negatives);
      before = positives;
    });
    return sum / before;
  }
}
