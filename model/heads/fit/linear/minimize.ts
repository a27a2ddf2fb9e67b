import { LimitedMemory } from './limited-memory.ts';
import type { ProblemBatch, TrainingRows } from './training-rows.ts';

/** One problem: some columns of the targets, without the rows of one fold. */
export interface Problem {
  /** Fold whose rows do not count; -1 if all count. */
  readonly held: number;
  /** First of its columns in the targets, divided by the width. */
  readonly target: number;
  /** Strength of the penalty: strength / 2 · |weights|² beside the summed loss. The bias is free. */
  readonly penalty: number;
}

/** What all problems of a fit share. */
export interface ProblemSpace {
  readonly link: ProblemBatch['link'];
  readonly width: number;
  /** int8 [rows, targets × width]: 1, 0, or -1 where it is unknown. */
  readonly targets: Int8Array;
  /** Fold of each row. */
  readonly folds: Uint8Array;
  /** Variance of each channel; channels are uncorrelated. */
  readonly variances: Float64Array;
}

export interface MinimizeOptions {
  /** Half the expected decrease of the mean loss below which a problem counts as solved. */
  readonly tolerance: number;
  readonly iterations: number;
}

/** Codes of some problems' columns side by side. */
export function batchOf(space: ProblemSpace, problems: readonly Problem[]): ProblemBatch {
  const { link, width, targets, folds } = space;
  const columns = problems.length * width;
  const stride = targets.length / folds.length;
  const codes = new Int8Array(folds.length * columns);
  for (let row = 0; row < folds.length; row += 1) {
    for (let index = 0; index < problems.length; index += 1) {
      const { held, target } = problems[index] as Problem;
      const to = row * columns + index * width;
      const from = row * stride + target * width;
      for (let column = 0; column < width; column += 1) {
        codes[to + column] = held === folds[row] ? -1 : (targets[from + column] as number);
      }
    }
  }
  return { link, width, columns, codes };
}

/** Rows that count for a problem, and the positives of each of its columns. */
function countsOf({ targets, folds, width }: ProblemSpace, { held, target }: Problem) {
  const stride = targets.length / folds.length;
  const positives = new Float64Array(width);
  let rows = 0;
  for (let row = 0; row < folds.length; row += 1) {
    const from = row * stride + target * width;
    if (folds[row] === held || (targets[from] as number) < 0) continue;
    rows += 1;
    for (let column = 0; column < width; column += 1) {
      if (targets[from + column] === 1) (positives[column] as number) += 1;
    }
  }
  return { rows, positives };
}

/** Inverse of the expected curvature, channel by channel. */
function inverseCurvature(
  space: ProblemSpace,
  problem: Problem,
): { readonly rows: number; readonly scale: Float64Array } {
  const { rows, positives } = countsOf(space, problem);
  const { variances, width } = space;
  const stride = variances.length + 1;
  const scale = new Float64Array(width * stride);
  for (let column = 0; column < width; column += 1) {
    const share = (positives[column] as number) / rows;
    const curvature = Math.max(share * (1 - share), 1e-3);
    for (let channel = 0; channel < variances.length; channel += 1) {
      scale[column * stride + channel] =
        1 / (curvature * (variances[channel] as number) + problem.penalty / rows);
    }
    scale[column * stride + variances.length] = 1 / curvature;
  }
  return { rows, scale };
}

/**
 * Solves penalised linear problems together: limited-memory BFGS for each (Nocedal and Wright 2006, algorithm 7.5) with
 * its own step, but one matrix product for all.
 *
 * @param starts first weights of each problem, float64 [width, dimensions + 1]
 * @returns weights of each problem
 */
export async function minimize(
  rows: TrainingRows,
  space: ProblemSpace,
  problems: readonly Problem[],
  starts: readonly Float64Array[],
  options: MinimizeOptions,
): Promise<Float64Array[]> {
  const { width } = space;
  const stride = rows.dimensions + 1;
  const solvers = problems.map((problem, index) => {
    const { rows: count, scale } = inverseCurvature(space, problem);
    const start = starts[index] ?? new Float64Array(width * stride);
    return new LimitedMemory(start, scale, {
      tolerance: options.tolerance,
      precision: rows.precision,
      count,
      stride,
      penalty: problem.penalty,
    });
  });
  let active = [...solvers.keys()];
  let batch = batchOf(space, problems);
  let members = active;
  for (let iteration = 0; iteration < options.iterations && active.length > 0; iteration += 1) {
    if (active.length < 0.8 * members.length) {
      members = active;
      batch = batchOf(
        space,
        members.map((index) => problems[index] as Problem),
      );
    }
    const weights = new Float64Array(members.length * width * stride);
    members.forEach((index, place) => {
      weights.set((solvers[index] as LimitedMemory).trial, place * width * stride);
    });
    const { losses, gradient } = await rows.evaluate(batch, weights);
    members.forEach((index, place) => {
      const loss = losses.subarray(place * width, (place + 1) * width).reduce((sum, value) => sum + value, 0);
      const part = gradient.subarray(place * width * stride, (place + 1) * width * stride);
      (solvers[index] as LimitedMemory).take(loss, part);
    });
    active = active.filter((index) => !(solvers[index] as LimitedMemory).done);
  }
  return solvers.map(({ weights }) => weights);
}
