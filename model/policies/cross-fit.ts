import type { Outcome } from '../../core/exams/outcome.ts';
import { groupedFolds } from '../heads/fit/folds.ts';
import { type ChooseOptions, chooseThresholds } from './choose-thresholds.ts';
import type { PolicyAim } from './policy-aim.ts';
import { outcomeAt, type PolicyCohort } from './policy-cohort.ts';

export interface CrossFitOptions extends ChooseOptions {
  readonly folds: number;
  /** Times that the patients are dealt into folds. */
  readonly rounds: number;
  readonly seed: string;
}

/**
 * What becomes of patients of whom the thresholds know nothing: the first cohort is dealt into folds, thresholds are
 * chosen without a fold and judge it. Patients who had a part in the choice look better than others will.
 *
 * @returns in each round, the outcome of every exam of the first cohort
 */
export function crossFit(
  cohorts: readonly [PolicyCohort, ...PolicyCohort[]],
  aim: PolicyAim,
  options: CrossFitOptions,
): Outcome[][] {
  const [first, ...others] = cohorts;
  const groups = first.exams.map(({ group }) => String(first.groups[group]));
  const targets = {
    kind: 'multi-label' as const,
    lowest: undefined,
    names: ['referable', ...first.diseases],
    codes: Int8Array.from(first.exams.flatMap(({ referable, truth }) => [referable, ...truth])),
  };
  return Array.from({ length: options.rounds }, (_, round) => {
    const { folds, seed } = options;
    const foldOf = groupedFolds(targets, groups, { folds, seed: `${seed}/${round}` });
    const outcomes = new Array<Outcome>(first.exams.length);
    for (let fold = 0; fold < folds; fold += 1) {
      const rest = { ...first, exams: first.exams.filter((_exam, index) => foldOf[index] !== fold) };
      const { thresholds } = chooseThresholds([rest, ...others], aim, { ...options, lenient: true });
      for (const [index, exam] of first.exams.entries()) {
        if (foldOf[index] === fold) outcomes[index] = outcomeAt(exam, thresholds);
      }
    }
    return outcomes;
  });
}
