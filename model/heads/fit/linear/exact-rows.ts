import type { Evaluation, ProblemBatch, TrainingRows } from './training-rows.ts';

/** log(1 + exp(score)) */
function softplus(score: number): number {
  return Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)));
}

/** Rows in float64 and plain loops: for small cohorts, and what the fast way is compared with. */
export class ExactRows implements TrainingRows {
  readonly rows: number;
  readonly dimensions: number;
  readonly precision = 1e-15;
  readonly #values: Float64Array;

  /** @param values float64 [rows, dimensions]; belongs to this from now on */
  constructor(values: Float64Array, dimensions: number) {
    this.#values = values;
    this.dimensions = dimensions;
    this.rows = values.length / dimensions;
  }

  async evaluate(batch: ProblemBatch, weights: Float64Array): Promise<Evaluation> {
    const { columns, codes } = batch;
    const { rows, dimensions } = this;
    const scores = await this.scores(weights, columns);
    const losses = new Float64Array(columns);
    const gradient = new Float64Array(columns * (dimensions + 1));
    for (let row = 0; row < rows; row += 1) {
      const own = scores.subarray(row * columns, (row + 1) * columns);
      const residuals = residualsOf(batch, own, codes.subarray(row * columns, (row + 1) * columns), losses);
      for (let column = 0; column < columns; column += 1) {
        const residual = residuals[column] as number;
        if (residual === 0) continue;
        const begin = column * (dimensions + 1);
        for (let channel = 0; channel < dimensions; channel += 1) {
          (gradient[begin + channel] as number) +=
            residual * (this.#values[row * dimensions + channel] as number);
        }
        (gradient[begin + dimensions] as number) += residual;
      }
    }
    return { losses, gradient };
  }

  async scores(weights: Float64Array, columns: number): Promise<Float64Array> {
    const { rows, dimensions } = this;
    const scores = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const begin = column * (dimensions + 1);
        let sum = weights[begin + dimensions] as number;
        for (let channel = 0; channel < dimensions; channel += 1) {
          sum += (weights[begin + channel] as number) * (this.#values[row * dimensions + channel] as number);
        }
        scores[row * columns + column] = sum;
      }
    }
    return scores;
  }

  async gram(): Promise<Float64Array> {
    const { rows, dimensions } = this;
    const result = new Float64Array(dimensions * dimensions);
    for (let row = 0; row < rows; row += 1) {
      const own = this.#values.subarray(row * dimensions, (row + 1) * dimensions);
      for (let a = 0; a < dimensions; a += 1) {
        const value = own[a] as number;
        for (let b = 0; b < dimensions; b += 1) {
          (result[a * dimensions + b] as number) += value * (own[b] as number);
        }
      }
    }
    return result;
  }

  async multiply(matrix: Float64Array): Promise<void> {
    const { rows, dimensions } = this;
    const product = new Float64Array(dimensions);
    for (let row = 0; row < rows; row += 1) {
      const own = this.#values.subarray(row * dimensions, (row + 1) * dimensions);
      product.fill(0);
      for (let a = 0; a < dimensions; a += 1) {
        const value = own[a] as number;
        for (let b = 0; b < dimensions; b += 1) {
          (product[b] as number) += value * (matrix[a * dimensions + b] as number);
        }
      }
      own.set(product);
    }
  }

  async subset(rows: Uint32Array): Promise<ExactRows> {
    const { dimensions } = this;
    const values = new Float64Array(rows.length * dimensions);
    rows.forEach((row, index) => {
      values.set(this.#values.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
    });
    return new ExactRows(values, dimensions);
  }

  precise(): ExactRows {
    return this;
  }

  async release(): Promise<void> {}
}

/** Of one row: probability less truth for each column, 0 where it does not count. Adds to the losses. */
function residualsOf(
  { link, width }: ProblemBatch,
  scores: Float64Array,
  codes: Int8Array,
  losses: Float64Array,
): Float64Array {
  const residuals = new Float64Array(scores.length);
  for (let begin = 0; begin < scores.length; begin += width) {
    const own = scores.subarray(begin, begin + width);
    const highest = own.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    const total = own.reduce((sum, score) => sum + Math.exp(score - highest), 0);
    own.forEach((score, index) => {
      const column = begin + index;
      const code = codes[column] as number;
      if (code < 0) return;
      if (link === 'sigmoid') {
        (losses[column] as number) += softplus(score) - code * score;
        residuals[column] = 1 / (1 + Math.exp(-score)) - code;
      } else {
        (losses[column] as number) -= code * (score - highest - Math.log(total));
        residuals[column] = Math.exp(score - highest) / total - code;
      }
    });
  }
  return residuals;
}
