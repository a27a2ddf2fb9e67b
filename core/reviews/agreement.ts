import { OUTCOMES, type Outcome } from '../exams/outcome.ts';

/** How two raters agree over the same exams. */
export interface Agreement {
  readonly exams: number;
  /** Share of equal outcomes; `null` without an exam. */
  readonly observed: number | null;
  /**
   * Cohen's kappa: agreement beyond what chance would give; 1 is perfect, 0 is chance. `null` where it is not defined:
   * without an exam, or if both gave the same one outcome to every exam.
   *
   * @see Cohen 1960, A coefficient of agreement for nominal scales
   */
  readonly kappa: number | null;
}

/** Pairs of outcomes that two raters gave. */
export function agreementOf(pairs: readonly (readonly [Outcome, Outcome])[]): Agreement {
  const exams = pairs.length;
  if (exams === 0) return { exams, observed: null, kappa: null };
  const share = (fits: (pair: readonly [Outcome, Outcome]) => boolean) => pairs.filter(fits).length / exams;
  const observed = share(([a, b]) => a === b);
  const expected = OUTCOMES.reduce(
    (sum, outcome) => sum + share(([a]) => a === outcome) * share(([, b]) => b === outcome),
    0,
  );
  return { exams, observed, kappa: expected === 1 ? null : (observed - expected) / (1 - expected) };
}
