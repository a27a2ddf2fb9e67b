/** Truth and findings of a cohort, all that an evaluation needs to know. */
export interface ScoredCohort {
  readonly names: readonly string[];
  /** Of each label, the probability from which on a finding is positive. */
  readonly thresholds: readonly number[];
  /** Of each case, who must be drawn together: usually the patient. */
  readonly patients: readonly string[];
  /** Of each label, one number a case: 1 has it, 0 has it not, -1 nobody knows. */
  readonly truth: readonly Int8Array[];
  /** Of each label, one probability a case. */
  readonly probabilities: readonly Float64Array[];
  /** Whether exactly one of the labels is true of a case, and whether they are rising grades. */
  readonly kind: 'labels' | 'classes' | 'grades';
}

/** Some rows of a cohort, in the order given. */
export function rowsOf(cohort: ScoredCohort, rows: readonly number[]): ScoredCohort {
  const pick = <T>(values: ArrayLike<T>): T[] => rows.map((row) => values[row] as T);
  return {
    ...cohort,
    patients: pick(cohort.patients),
    truth: cohort.truth.map((values) => Int8Array.from(pick(values))),
    probabilities: cohort.probabilities.map((values) => Float64Array.from(pick(values))),
  };
}
