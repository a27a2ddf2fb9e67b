import type { ClassesEvaluation, MacroEvaluation } from './evaluation.ts';
import { MacroMeasure } from './macro-measure.ts';
import { type Multiplicities, quadraticKappa, RankedScores } from './metrics/index.ts';
import { measured } from './resampled-figure.ts';
import type { ScoredClasses } from './scored-cohort.ts';

/** Exclusive classes under measurement: each against the rest, and the most probable against the true one. */
export class ClassesMeasure {
  readonly #classes: ScoredClasses;
  /** Cases whose class is known. */
  readonly #rows: Uint32Array;
  readonly #truth: Uint16Array;
  readonly #found: Uint16Array;
  readonly #ranked: readonly RankedScores[];
  readonly #times: Float64Array;
  readonly #accuracies: number[] = [];
  readonly #kappas: number[] = [];
  readonly #macro = new MacroMeasure();

  constructor(classes: ScoredClasses) {
    this.#classes = classes;
    const { truth, probabilities } = classes;
    this.#rows = Uint32Array.from(truth.keys()).filter((row) => truth[row] !== -1);
    this.#truth = Uint16Array.from(this.#rows, (row) => truth[row] as number);
    this.#found = Uint16Array.from(this.#rows, (row) => {
      const ofRow = probabilities.map((values) => values[row] as number);
      return ofRow.indexOf(Math.max(...ofRow));
    });
    this.#ranked = probabilities.map(
      (values, index) =>
        new RankedScores(
          Uint8Array.from(this.#truth, (one) => (one === index ? 1 : 0)),
          Float64Array.from(this.#rows, (row) => values[row] as number),
        ),
    );
    this.#times = new Float64Array(this.#rows.length);
  }

  resample(times: Multiplicities): void {
    for (let index = 0; index < this.#rows.length; index += 1) {
      this.#times[index] = times[this.#rows[index] as number] as number;
    }
    this.#accuracies.push(this.#accuracy(this.#times));
    if (this.#classes.graded) this.#kappas.push(this.#kappa(this.#times));
    this.#macro.resample(this.#figures(this.#times));
  }

  #figures(times?: Multiplicities) {
    return this.#ranked.map((ranked) => ({
      auroc: ranked.auroc(times),
      averagePrecision: ranked.averagePrecision(times),
    }));
  }

  #accuracy(times?: Multiplicities): number {
    let [right, cases] = [0, 0];
    for (let index = 0; index < this.#truth.length; index += 1) {
      const count = times === undefined ? 1 : (times[index] as number);
      if (this.#truth[index] === this.#found[index]) right += count;
      cases += count;
    }
    return right / cases;
  }

  #kappa(times?: Multiplicities): number {
    return quadraticKappa(this.#truth, this.#found, this.#classes.names.length, times);
  }

  /** Means of each class against the rest. */
  macro(): MacroEvaluation {
    return this.#macro.evaluation(this.#figures());
  }

  evaluation(): ClassesEvaluation {
    const { names, graded } = this.#classes;
    const confusion = names.map(() => names.map(() => 0));
    for (const [index, truth] of this.#truth.entries()) {
      const row = confusion[truth];
      const found = this.#found[index] as number;
      if (row !== undefined) row[found] = (row[found] ?? 0) + 1;
    }
    const sameGrade = 'every case has the same grade, in truth and as found';
    return {
      names,
      accuracy: measured(this.#accuracy(), this.#accuracies, 'no case has a known class'),
      quadraticKappa: graded ? measured(this.#kappa(), this.#kappas, sameGrade) : null,
      confusion,
    };
  }
}
