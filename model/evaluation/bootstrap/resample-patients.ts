import { seededIndices } from './random.ts';

/**
 * Bootstrap over patients: draws as many patients as there are, with replacement, and every patient comes with all
 * rows (eyes, exams). Rows of one patient are alike; drawn one by one they would make intervals too narrow (Field and
 * Welsh 2007, the cluster bootstrap).
 */
export class PatientResamples {
  readonly patients: number;
  /** Of each row, its patient's number. */
  readonly #patientOf: Uint32Array;
  readonly #draw: (below: number) => number;
  readonly #drawn: Uint16Array;
  readonly #times: Uint16Array;

  /** @param patients of each row, the patient's name */
  constructor(patients: readonly string[], seed: number) {
    const numbers = new Map<string, number>();
    this.#patientOf = Uint32Array.from(patients, (name) => {
      const known = numbers.get(name) ?? numbers.size;
      numbers.set(name, known);
      return known;
    });
    this.patients = numbers.size;
    this.#draw = seededIndices(seed);
    this.#drawn = new Uint16Array(numbers.size);
    this.#times = new Uint16Array(patients.length);
  }

  /** @returns how often each row counts in the next resample; overwritten by the one after it */
  next(): Uint16Array {
    this.#drawn.fill(0);
    for (let count = 0; count < this.patients; count += 1) {
      const patient = this.#draw(this.patients);
      this.#drawn[patient] = (this.#drawn[patient] as number) + 1;
    }
    for (let row = 0; row < this.#times.length; row += 1) {
      this.#times[row] = this.#drawn[this.#patientOf[row] as number] as number;
    }
    return this.#times;
  }
}
