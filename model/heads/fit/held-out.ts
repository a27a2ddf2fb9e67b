import type { Problem, ProblemSpace } from './linear/minimize.ts';
import type { TrainingRows } from './linear/training-rows.ts';

/**
 * Scores of units by the weights that were fitted without their fold.
 *
 * @param problems with the weights of each; of one target at most one for each fold
 * @returns float64 [rows, targets × width]; NaN where no problem held the row's fold out
 */
export async function heldOutScores(
  rows: TrainingRows,
  space: ProblemSpace,
  problems: readonly Problem[],
  weights: readonly Float64Array[],
): Promise<Float64Array> {
  const { width, folds, targets } = space;
  const stride = targets.length / folds.length;
  const size = width * (rows.dimensions + 1);
  const packed = new Float64Array(problems.length * size);
  weights.forEach((part, index) => {
    packed.set(part, index * size);
  });
  const columns = problems.length * width;
  const scores = await rows.scores(packed, columns);
  const result = new Float64Array(targets.length).fill(Number.NaN);
  for (let row = 0; row < folds.length; row += 1) {
    for (const [index, { held, target }] of problems.entries()) {
      if (folds[row] !== held) continue;
      for (let column = 0; column < width; column += 1) {
        result[row * stride + target * width + column] = scores[
          row * columns + index * width + column
        ] as number;
      }
    }
  }
  return result;
}

/**
 * Cross-entropy of held-out scores with what is known.
 *
 * @returns the sum over the rows of each target; 0 for one without scores
 */
export function heldOutLosses(
  { link, width, folds, targets }: ProblemSpace,
  scores: Float64Array,
): Float64Array {
  const stride = targets.length / folds.length;
  const losses = new Float64Array(stride / width);
  for (let index = 0; index < scores.length; index += width) {
    const target = (index % stride) / width;
    if (Number.isNaN(scores[index]) || (targets[index] as number) < 0) continue;
    if (link === 'sigmoid') {
      const score = scores[index] as number;
      (losses[target] as number) +=
        Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - (targets[index] as number) * score;
    } else {
      const own = scores.subarray(index, index + width);
      const highest = own.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
      const total = own.reduce((sum, score) => sum + Math.exp(score - highest), 0);
      const truth = own.findIndex((_, column) => targets[index + column] === 1);
      (losses[target] as number) += highest + Math.log(total) - (own[truth] as number);
    }
  }
  return losses;
}
