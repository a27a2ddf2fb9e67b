import type { MacroEvaluation } from './evaluation.ts';
import { macroMean } from './metrics/index.ts';
import { measured } from './resampled-figure.ts';

/** What is averaged of each label or class. */
type RankFigures = Readonly<Record<keyof MacroEvaluation, number>>;

/** Unweighted means over labels or classes, of the cohort and of each resample. */
export class MacroMeasure {
  readonly #resampled = { auroc: [] as number[], averagePrecision: [] as number[] };

  resample(figures: readonly RankFigures[]): void {
    for (const [figure, values] of Object.entries(this.#resampled)) {
      values.push(macroMean(figures.map((one) => one[figure as keyof MacroEvaluation])));
    }
  }

  /** @param figures of the whole cohort */
  evaluation(figures: readonly RankFigures[]): MacroEvaluation {
    const mean = (figure: keyof MacroEvaluation) =>
      measured(
        macroMean(figures.map((one) => one[figure])),
        this.#resampled[figure],
        'no label has cases both with and without it',
      );
    return { auroc: mean('auroc'), averagePrecision: mean('averagePrecision') };
  }
}
