import { seededIndices } from '../../evaluation/bootstrap/random.ts';
import type { PolicyCohort, PolicyExam } from '../policy-cohort.ts';

/** One exam of a cohort that is made up for a test. */
export interface MadeUpExam {
  readonly group: number;
  readonly scores: readonly number[];
  readonly truth: readonly (-1 | 0 | 1)[];
  readonly referable: -1 | 0 | 1;
  readonly otherwise?: PolicyExam['otherwise'];
}

/** A cohort of exams whose heads speak of `a`, `b`, …, and whose labels speak of the same and of `unseen`. */
export function madeUpCohort(exams: readonly MadeUpExam[], name = 'made-up.csv'): PolicyCohort {
  const labels = (exams[0]?.scores ?? []).map((_, index) => String.fromCharCode(97 + index));
  const groups = Math.max(0, ...exams.map(({ group }) => group)) + 1;
  return {
    name,
    labels,
    diseases: [...labels, 'unseen'].slice(0, exams[0]?.truth.length ?? 0),
    groups: Array.from({ length: groups }, (_, group) => `G${group}`),
    exams: exams.map(({ scores, truth, otherwise = 'recall', ...rest }, index) => ({
      ...rest,
      patient: `P${index}`,
      exam: '1',
      scores: Float64Array.from(scores),
      truth: Int8Array.from(truth),
      otherwise,
    })),
  };
}

/** Numbers from 0 to 1 by a seed. */
export function seededShares(seed: number): () => number {
  const draw = seededIndices(seed);
  return () => (draw(2 ** 30) + 0.5) / 2 ** 30;
}

/**
 * Patients of a world in which each of two diseases raises its own score: `sick` of them have `a`, `b` or both, the
 * others none.
 */
export function drawnCohort(
  seed: number,
  counts: { readonly sick: number; readonly healthy: number },
): PolicyCohort {
  const share = seededShares(seed);
  const score = (present: boolean): number => (present ? Math.sqrt(Math.sqrt(share())) : share() ** 2);
  const exams = Array.from({ length: counts.sick + counts.healthy }, (_, group): MadeUpExam => {
    const isSick = group < counts.sick;
    const hasA = isSick && share() < 0.7;
    const hasB = isSick && (!hasA || share() < 0.3);
    return {
      group,
      scores: [score(hasA), score(hasB)],
      truth: [hasA ? 1 : 0, hasB ? 1 : 0],
      referable: isSick ? 1 : 0,
    };
  });
  return madeUpCohort(exams);
}
