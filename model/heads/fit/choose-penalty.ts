import { heldOutLosses, heldOutScores } from './held-out.ts';
import { minimize, type Problem, type ProblemSpace } from './linear/minimize.ts';
import type { TrainingRows } from './linear/training-rows.ts';

/** Strengths tried, from the strongest: 10⁵ down to 10⁻² by half powers of ten. */
export const PENALTIES: readonly number[] = Array.from({ length: 15 }, (_, step) => 10 ** (5 - step / 2));
/** Weaker penalties are not tried any more after so many that did worse than the best. */
const PATIENCE = 2;

/** The strength found for one target, and the weights that every fold had at it. */
export interface ChosenPenalty {
  readonly penalty: number;
  /** By fold, float64 [width, dimensions + 1]. */
  readonly weights: readonly Float64Array[];
}

interface Search {
  readonly target: number;
  weights: Float64Array[];
  best: ChosenPenalty;
  least: number;
  worse: number;
}

/**
 * Chooses the strength of each target's penalty by the cross-entropy of held-out folds. Each fit begins where the one
 * with the stronger penalty ended.
 *
 * @param folds number of folds
 */
export async function choosePenalties(
  rows: TrainingRows,
  space: ProblemSpace,
  folds: number,
): Promise<ChosenPenalty[]> {
  const { width, targets } = space;
  const size = width * (rows.dimensions + 1);
  const searches: Search[] = Array.from(
    { length: targets.length / space.folds.length / width },
    (_, target) => ({
      target,
      weights: Array.from({ length: folds }, () => new Float64Array(size)),
      best: { penalty: Number.NaN, weights: [] },
      least: Number.POSITIVE_INFINITY,
      worse: 0,
    }),
  );
  for (const penalty of PENALTIES) {
    const active = searches.filter(({ worse }) => worse < PATIENCE);
    if (active.length === 0) break;
    const problems: Problem[] = active.flatMap(({ target }) =>
      Array.from({ length: folds }, (_, held) => ({ held, target, penalty })),
    );
    const starts = active.flatMap(({ weights }) => weights);
    const solved = await minimize(rows, space, problems, starts, { tolerance: 1e-6, iterations: 60 });
    const losses = heldOutLosses(space, await heldOutScores(rows, space, problems, solved));
    active.forEach((search, index) => {
      search.weights = solved.slice(index * folds, (index + 1) * folds);
      const loss = losses[search.target] as number;
      if (loss < search.least) {
        search.least = loss;
        search.best = { penalty, weights: search.weights };
        search.worse = 0;
      } else search.worse += 1;
    });
  }
  return searches.map(({ best }) => best);
}
