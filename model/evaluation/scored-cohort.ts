/** Exclusive classes: exactly one is true of a case. */
export interface ScoredClasses {
  readonly names: readonly string[];
  /** Whether they rise, as grades do. */
  readonly graded: boolean;
  /** Of each case its class, as a place in `names`; -1 where it is unknown. */
  readonly truth: Int16Array;
  /** Of each class, one probability a case. */
  readonly probabilities: readonly Float64Array[];
}

/** Truth and findings of a cohort, all that an evaluation needs to know. */
export interface ScoredCohort {
  /** Labels, each found or not: of an ordinal head, of each grade whether it is reached. */
  readonly names: readonly string[];
  /** Of each label, the probability from which on a finding is positive. */
  readonly thresholds: readonly number[];
  /** Of each case, who must be drawn together: usually the patient. */
  readonly patients: readonly string[];
  /** Of each label, one number a case: 1 has it, 0 has it not, -1 is unknown. */
  readonly truth: readonly Int8Array[];
  /** Of each label, one probability a case. */
  readonly probabilities: readonly Float64Array[];
  /** `null` where labels do not exclude each other. */
  readonly classes: ScoredClasses | null;
}

/** Some rows of a cohort, in the order given. */
export function rowsOf(cohort: ScoredCohort, rows: readonly number[]): ScoredCohort {
  const pick = <T>(values: ArrayLike<T>): T[] => rows.map((row) => values[row] as T);
  const probabilities = (all: readonly Float64Array[]) =>
    all.map((values) => Float64Array.from(pick(values)));
  const { classes } = cohort;
  return {
    ...cohort,
    patients: pick(cohort.patients),
    truth: cohort.truth.map((values) => Int8Array.from(pick(values))),
    probabilities: probabilities(cohort.probabilities),
    classes: classes && {
      ...classes,
      truth: Int16Array.from(pick(classes.truth)),
      probabilities: probabilities(classes.probabilities),
    },
  };
}
