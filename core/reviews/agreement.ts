import { OUTCOMES, type Outcome } from '../exams/outcome.ts';
import { cohenKappa } from '../statistics/cohen-kappa.ts';

/** How far two raters agree on the same exams. */
export interface Agreement {
  readonly exams: number;
  /** Share of equal outcomes, `null` without an exam. */
  readonly observed: number | null;
  /** Cohen's kappa, `null` where it is not defined. */
  readonly kappa: number | null;
}

/** Pairs of outcomes that two raters gave. */
export function agreementOf(pairs: readonly (readonly [Outcome, Outcome])[]): Agreement {
  const exams = pairs.length;
  const equal = pairs.filter(([a, b]) => a === b).length;
  const counts = OUTCOMES.flatMap((first) =>
    OUTCOMES.map((second) => pairs.filter(([a, b]) => a === first && b === second).length),
  );
  return { exams, observed: exams === 0 ? null : equal / exams, kappa: cohenKappa(counts, OUTCOMES.length) };
}
