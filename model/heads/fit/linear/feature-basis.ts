import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { BlockRows } from './block-rows.ts';
import { ExactRows } from './exact-rows.ts';
import type { TrainingRows } from './training-rows.ts';

/** Features of at most so many numbers are fitted in float64 by plain loops. */
const EXACT_NUMBERS = 40_000;
/** A channel that varies by less than this share of its mean is constant, but for rounding. */
const LEAST_DEVIATION = 1e-6;

/** Mean and inverse standard deviation of each channel; the latter is 0 for a constant one. */
interface Standardisation {
  readonly means: Float64Array;
  readonly inverses: Float64Array;
}

/** Brings channels to mean 0 and deviation 1, in place. Constant ones become 0. */
function standardise(values: Float32Array | Float64Array, dimensions: number): Standardisation {
  const rows = values.length / dimensions;
  const means = new Float64Array(dimensions);
  const squares = new Float64Array(dimensions);
  for (let row = 0; row < rows; row += 1) {
    for (let channel = 0; channel < dimensions; channel += 1) {
      (means[channel] as number) += (values[row * dimensions + channel] as number) / rows;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    for (let channel = 0; channel < dimensions; channel += 1) {
      (squares[channel] as number) +=
        ((values[row * dimensions + channel] as number) - (means[channel] as number)) ** 2 / rows;
    }
  }
  const inverses = squares.map((square, channel) => {
    const deviation = Math.sqrt(square);
    return deviation > LEAST_DEVIATION * Math.abs(means[channel] as number) ? 1 / deviation : 0;
  });
  for (let row = 0; row < rows; row += 1) {
    for (let channel = 0; channel < dimensions; channel += 1) {
      const index = row * dimensions + channel;
      values[index] =
        ((values[index] as number) - (means[channel] as number)) * (inverses[channel] as number);
    }
  }
  return { means, inverses };
}

/**
 * Standardised features in the axes of their principal components: there the curvature of a logistic loss is nearly
 * diagonal, so few steps are needed, while a ridge penalty is the same in any rotated axes.
 */
export class FeatureBasis {
  readonly rows: TrainingRows;
  /** Variance along each axis. */
  readonly variances: Float64Array;
  readonly #standardisation: Standardisation;
  /** Axes as columns, float64 [dimensions, dimensions]. */
  readonly #axes: Float64Array;

  private constructor(
    rows: TrainingRows,
    standardisation: Standardisation,
    components: { readonly axes: Float64Array; readonly variances: Float64Array },
  ) {
    this.rows = rows;
    this.#standardisation = standardisation;
    this.#axes = components.axes;
    this.variances = components.variances;
  }

  /** @param features float32 [rows, dimensions]; used up: a large matrix is worked on in place */
  static async of(features: Float32Array, dimensions: number): Promise<FeatureBasis> {
    const isSmall = features.length <= EXACT_NUMBERS;
    const values = isSmall ? Float64Array.from(features) : features;
    const standardisation = standardise(values, dimensions);
    const rows =
      values instanceof Float64Array ? new ExactRows(values, dimensions) : new BlockRows(values, dimensions);
    const gram = await rows.gram();
    const covariance = new Matrix(dimensions, dimensions);
    for (let a = 0; a < dimensions; a += 1) {
      for (let b = 0; b <= a; b += 1) {
        const value = (gram[a * dimensions + b] as number) / rows.rows;
        covariance.set(a, b, value);
        covariance.set(b, a, value);
      }
    }
    const decomposition = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
    const axes = Float64Array.from(decomposition.eigenvectorMatrix.to1DArray());
    const variances = Float64Array.from(decomposition.realEigenvalues, (value) => Math.max(value, 0));
    await rows.multiply(axes);
    return new FeatureBasis(rows, standardisation, { axes, variances });
  }

  /**
   * Weights of the features as they came, out of weights along the axes.
   *
   * @param weights float64 [dimensions + 1], the bias last
   */
  unfold(weights: Float64Array): { readonly weights: Float64Array; readonly bias: number } {
    const { means, inverses } = this.#standardisation;
    const dimensions = means.length;
    const unfolded = new Float64Array(dimensions);
    let bias = weights[dimensions] as number;
    for (let channel = 0; channel < dimensions; channel += 1) {
      let sum = 0;
      for (let axis = 0; axis < dimensions; axis += 1) {
        sum += (this.#axes[channel * dimensions + axis] as number) * (weights[axis] as number);
      }
      unfolded[channel] = sum * (inverses[channel] as number);
      bias -= (unfolded[channel] as number) * (means[channel] as number);
    }
    return { weights: unfolded, bias };
  }
}
