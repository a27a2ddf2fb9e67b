import type { Outcome } from '../../core/exams/outcome.ts';

/** One exam, as far as an outcome depends on thresholds. */
export interface PolicyExam {
  readonly patient: string;
  readonly exam: string;
  /** Who must not be torn apart into two folds, as a place in {@link PolicyCohort.groups}. */
  readonly group: number;
  /** Of each of the cohort's `labels`, the highest probability among the exam's findings, 0 to 1; 0 without any. */
  readonly scores: Float64Array;
  /** What the exam ends as if no finding reaches its threshold: an ungradable eye keeps it from `recall`. */
  readonly otherwise: Outcome;
  /** Of each of the cohort's `diseases`: 1 present, 0 absent, -1 unknown. */
  readonly truth: Int8Array;
  /** Whether the patient is truly to be referred: 1, 0, or -1 where that is unknown. */
  readonly referable: -1 | 0 | 1;
}

/** Labelled exams, scored by heads. */
export interface PolicyCohort {
  /** For messages: the labels' file. */
  readonly name: string;
  /** Labels of which a positive finding refers, as the heads name them. */
  readonly labels: readonly string[];
  /** Diseases that the table of labels speaks of. */
  readonly diseases: readonly string[];
  /** Names of the groups: patients, unless the labels name groups. */
  readonly groups: readonly string[];
  readonly exams: readonly PolicyExam[];
}

/** Thresholds, one for each of a cohort's `labels`, by which all heads' findings of that label are judged. */
export type Thresholds = Float64Array;

/** Whether any finding reaches its threshold. */
export function isReferred({ scores }: Pick<PolicyExam, 'scores'>, thresholds: Thresholds): boolean {
  for (let label = 0; label < scores.length; label += 1) {
    if ((scores[label] as number) >= (thresholds[label] as number)) return true;
  }
  return false;
}

/** What becomes of an exam at some thresholds, as far as it matters here: `refer-urgent` counts as `refer`. */
export function outcomeAt(exam: PolicyExam, thresholds: Thresholds): Outcome {
  return isReferred(exam, thresholds) ? 'refer' : exam.otherwise;
}

/** Exams of patients with a disease; `null` for any. */
export function hasDisease(exam: PolicyExam, disease: number | null): boolean {
  return disease === null ? exam.referable === 1 : exam.truth[disease] === 1;
}

/** Groups of some exams, each once. */
export function groupsOf(exams: readonly PolicyExam[]): ReadonlySet<number> {
  return new Set(exams.map(({ group }) => group));
}

/** Groups of which every exam is known to be free of disease. */
export function healthyGroups(exams: readonly PolicyExam[]): ReadonlySet<number> {
  const others = groupsOf(exams.filter(({ referable }) => referable !== 0));
  return new Set([...groupsOf(exams)].filter((group) => !others.has(group)));
}
