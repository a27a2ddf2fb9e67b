/** Several linear problems over the same rows, their columns side by side. */
export interface ProblemBatch {
  /** `sigmoid`: each column for itself. `softmax`: over each problem's columns. */
  readonly link: 'sigmoid' | 'softmax';
  /** Columns of one problem. */
  readonly width: number;
  readonly columns: number;
  /** int8 [rows, columns]: 1 or 0, -1 where the row does not count for the column's problem. */
  readonly codes: Int8Array;
}

/** Cross-entropies and their derivatives, summed over the rows that count; without any penalty. */
export interface Evaluation {
  /** float64 [columns]; a problem's loss is the sum over its columns. */
  readonly losses: Float64Array;
  /** float64 [columns, dimensions + 1], the derivative by the bias last. */
  readonly gradient: Float64Array;
}

/** Standardised features of units, and the two products that fitting is made of. */
export interface TrainingRows {
  readonly rows: number;
  readonly dimensions: number;
  /** Relative error of losses: finer differences mean nothing. */
  readonly precision: number;
  /** @param weights float64 [columns, dimensions + 1], each column's bias last */
  evaluate(batch: ProblemBatch, weights: Float64Array): Promise<Evaluation>;
  /** @returns [rows, columns] of features times weights plus bias */
  scores(weights: Float64Array, columns: number): Promise<Float32Array | Float64Array>;
  /** Products of all pairs of channels, summed over the rows: float64 [dimensions, dimensions]. */
  gram(): Promise<Float64Array>;
  /** Multiplies every row, in place. @param matrix float64 [dimensions, dimensions] */
  multiply(matrix: Float64Array): Promise<void>;
  /** A copy of some rows, in the order given. */
  subset(rows: Uint32Array): Promise<TrainingRows>;
  /** The same rows, whose losses and derivatives are computed in float64. Released with these. */
  precise(): TrainingRows;
  release(): Promise<void>;
}
