import type { Laterality } from '../../core/exams/laterality.ts';
import { CohortError } from '../errors.ts';
import type { CohortExam } from './features-layout.ts';
import { type LabelRow, type LabelTable, NEGATIVE, POSITIVE, UNKNOWN } from './read-labels.ts';

/** What is known of a unit. */
export interface FoundLabels {
  readonly values: readonly number[];
  readonly of: Pick<LabelRow, 'group' | 'attributes'>;
}

function nameOf(patient: string, exam: string | null, eye: Laterality | null): string {
  return JSON.stringify([patient, exam, eye]);
}

/** Finds the labels of exams and eyes. */
export class LabelIndex {
  readonly #table: LabelTable;
  readonly #rows: ReadonlyMap<string, LabelRow>;

  constructor(table: LabelTable, rows: readonly LabelRow[]) {
    this.#table = table;
    this.#rows = new Map(rows.map((row) => [nameOf(row.patient, row.exam, row.eye), row]));
  }

  /**
   * @param eye `null` for the exam as a whole
   * @param photographed eyes of the exam that have features
   * @returns `null` if nothing is known of it
   */
  find(exam: CohortExam, eye: Laterality | null, photographed: readonly Laterality[]): FoundLabels | null {
    const row = this.#row(exam, eye);
    if (row !== undefined) return this.#answer([row], [...row.values]);
    if (eye !== null) return null;
    const eyes = photographed.map((one) => this.#row(exam, one));
    const known = eyes.filter((one) => one !== undefined);
    const [first] = known;
    if (first === undefined) return null;
    const values = Array.from(first.values, (_, label) =>
      this.#worse(eyes.map((one) => one?.values[label] ?? UNKNOWN)),
    );
    return this.#answer(known, values);
  }

  #row({ patient, exam }: CohortExam, eye: Laterality | null): LabelRow | undefined {
    return this.#rows.get(nameOf(patient, exam, eye)) ?? this.#rows.get(nameOf(patient, null, eye));
  }

  #answer(rows: readonly LabelRow[], values: readonly number[]): FoundLabels | null {
    const [row] = rows;
    if (row === undefined || values.every((value) => value === UNKNOWN)) return null;
    return { values, of: { group: row.group, attributes: row.attributes } };
  }

  /** The worse eye's: what is unknown of one eye is unknown of both, unless the other settles it. */
  #worse(values: readonly number[]): number {
    if (this.#table.kind === 'labels') {
      if (values.includes(POSITIVE)) return POSITIVE;
      return values.includes(UNKNOWN) ? UNKNOWN : NEGATIVE;
    }
    if (values.includes(UNKNOWN)) return UNKNOWN;
    if (!this.#table.graded && new Set(values).size > 1) {
      throw new CohortError(
        `Labels "${this.#table.path}" put the eyes of one exam into different classes, and no class is the worse. Label exams, or choose the feature visual.`,
      );
    }
    return Math.max(...values);
  }
}
