import type { ClassesEvaluation } from './evaluation.ts';
import { measured } from './label-measure.ts';
import { type Multiplicities, quadraticKappa } from './metrics/index.ts';
import type { ScoredCohort } from './scored-cohort.ts';

/** Exclusive classes under measurement: the most probable class against the true one. */
export class ClassesMeasure {
  readonly #cohort: ScoredCohort;
  /** Cases whose class is known. */
  readonly #rows: Uint32Array;
  readonly #truth: Uint16Array;
  readonly #found: Uint16Array;
  readonly #times: Float64Array;
  readonly #accuracies: number[] = [];
  readonly #kappas: number[] = [];

  constructor(cohort: ScoredCohort) {
    this.#cohort = cohort;
    const { truth, probabilities } = cohort;
    const classOf = (row: number): number => truth.findIndex((values) => values[row] === 1);
    this.#rows = Uint32Array.from(cohort.patients.keys()).filter((row) => classOf(row) !== -1);
    this.#truth = Uint16Array.from(this.#rows, classOf);
    this.#found = Uint16Array.from(this.#rows, (row) =>
      probabilities.reduce(
        (best, values, index) =>
          (values[row] as number) > (probabilities[best]?.[row] as number) ? index : best,
        0,
      ),
    );
    this.#times = new Float64Array(this.#rows.length);
  }

  resample(times: Multiplicities): void {
    for (let index = 0; index < this.#rows.length; index += 1) {
      this.#times[index] = times[this.#rows[index] as number] as number;
    }
    this.#accuracies.push(this.#accuracy(this.#times));
    if (this.#cohort.kind === 'grades') this.#kappas.push(this.#kappa(this.#times));
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
    return quadraticKappa(this.#truth, this.#found, this.#cohort.names.length, times);
  }

  evaluation(): ClassesEvaluation {
    const { names, kind } = this.#cohort;
    const confusion = names.map(() => names.map(() => 0));
    for (const [index, truth] of this.#truth.entries()) {
      const row = confusion[truth];
      const found = this.#found[index] as number;
      if (row !== undefined) row[found] = (row[found] ?? 0) + 1;
    }
    return {
      names,
      accuracy: measured(this.#accuracy(), this.#accuracies, 'no case has a known class'),
      quadraticKappa:
        kind === 'grades'
          ? measured(this.#kappa(), this.#kappas, 'every case has the same grade, in truth and as found')
          : null,
      confusion,
    };
  }
}
