import { percentileInterval } from './bootstrap/interval.ts';
import { LABEL_FIGURES, type LabelEvaluation, type LabelFigure, type MeasuredFigure } from './evaluation.ts';
import {
  areaUnderRoc,
  averagePrecisionOf,
  BinnedProbabilities,
  brierScore,
  confusionAt,
  f1,
  type Multiplicities,
  negativePredictiveValue,
  positivePredictiveValue,
  RankedScores,
  rocAtGrid,
  rocCurve,
  sensitivity,
  singleClassReason,
  specificity,
} from './metrics/index.ts';
import { measured } from './resampled-figure.ts';

/** Points of the band around a ROC curve. */
const GRID = 51;

/** One label under measurement: first of the whole cohort, then of one resample after the other. */
export class LabelMeasure {
  readonly name: string;
  readonly threshold: number;
  /** Cases of which the label is known. */
  readonly #rows: Uint32Array;
  readonly #truth: Uint8Array;
  readonly #probabilities: Float64Array;
  readonly #ranked: RankedScores;
  readonly #binned: BinnedProbabilities;
  readonly #times: Float64Array;
  readonly #resampled: Readonly<Record<LabelFigure, number[]>>;
  readonly #curves: Float64Array[] = [];

  constructor(name: string, threshold: number, truth: Int8Array, probabilities: Float64Array) {
    this.name = name;
    this.threshold = threshold;
    this.#rows = Uint32Array.from(truth.keys()).filter((row) => truth[row] !== -1);
    this.#truth = Uint8Array.from(this.#rows, (row) => truth[row] as number);
    this.#probabilities = Float64Array.from(this.#rows, (row) => probabilities[row] as number);
    this.#ranked = new RankedScores(this.#truth, this.#probabilities);
    this.#binned = new BinnedProbabilities(this.#truth, this.#probabilities);
    this.#times = new Float64Array(this.#rows.length);
    this.#resampled = Object.fromEntries(LABEL_FIGURES.map((figure) => [figure, []])) as unknown as Record<
      LabelFigure,
      number[]
    >;
  }

  /** @param times of each case of the cohort, how often it is in the resample */
  resample(times: Multiplicities): Readonly<Record<LabelFigure, number>> {
    for (let index = 0; index < this.#rows.length; index += 1) {
      this.#times[index] = times[this.#rows[index] as number] as number;
    }
    const figures = this.#figures(this.#times);
    for (const figure of LABEL_FIGURES) this.#resampled[figure].push(figures[figure]);
    const curve = new Float64Array(GRID);
    if (rocAtGrid(this.#ranked.cumulate(this.#times), curve)) this.#curves.push(curve);
    return figures;
  }

  /** Figures of the whole cohort. */
  figures(): Readonly<Record<LabelFigure, number>> {
    return this.#figures();
  }

  #figures(times?: Multiplicities): Record<LabelFigure, number> {
    const counts = confusionAt(this.#truth, this.#probabilities, this.threshold, times);
    const cumulative = this.#ranked.cumulate(times);
    return {
      auroc: areaUnderRoc(cumulative),
      averagePrecision: averagePrecisionOf(cumulative),
      sensitivity: sensitivity(counts),
      specificity: specificity(counts),
      positivePredictiveValue: positivePredictiveValue(counts),
      negativePredictiveValue: negativePredictiveValue(counts),
      f1: f1(counts),
      calibrationError: this.#binned.calibrationError(times),
      brier: brierScore(this.#truth, this.#probabilities, times),
    };
  }

  /** @returns the figures with intervals of all resamples so far */
  evaluation(): LabelEvaluation {
    const figures = this.#figures();
    const { positives, negatives } = this.#ranked;
    const single = singleClassReason(positives, negatives);
    const reasons: Partial<Record<LabelFigure, string>> = {
      positivePredictiveValue: positives + negatives === 0 ? single : 'no finding is positive',
      negativePredictiveValue: positives + negatives === 0 ? single : 'every finding is positive',
      f1: positives + negatives === 0 ? single : 'no case has the label and no finding is positive',
    };
    return {
      name: this.name,
      threshold: this.threshold,
      cases: this.#rows.length,
      positives,
      figures: Object.fromEntries(
        LABEL_FIGURES.map((figure) => [
          figure,
          measured(figures[figure], this.#resampled[figure], reasons[figure] ?? single),
        ]),
      ) as Record<LabelFigure, MeasuredFigure>,
      confusion: confusionAt(this.#truth, this.#probabilities, this.threshold),
      roc: positives === 0 || negatives === 0 ? null : { ...rocCurve(this.#ranked), band: this.#band() },
      reliability: this.#binned.reliability(),
    };
  }

  #band() {
    const points = Array.from({ length: GRID }, (_, point) =>
      percentileInterval(this.#curves.map((curve) => curve[point] as number)),
    );
    if (points.includes(null)) return null;
    return {
      falsePositiveRate: points.map((_, point) => point / (GRID - 1)),
      low: points.map((interval) => interval?.low ?? 0),
      high: points.map((interval) => interval?.high ?? 0),
    };
  }
}
