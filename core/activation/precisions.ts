/** Number formats that a model computes in: fp16 for GPUs, int8 for CPUs. */
export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What a head or features are taken for that do not name their precision: those of former releases do not. */
export const UNNAMED_PRECISION: Precision = 'fp32';

/** What features were, or will be, computed in. */
export interface FeaturesPrecision {
  /** `null` where it was not written down: read as fp32. */
  readonly precision: Precision | null;
  /** Precisions of the bundle whose findings were shown to be each other's, fp32 among them. */
  readonly equivalents: readonly Precision[];
}

/** A precision for a person: `fp16`, or `unknown, read as fp32`. */
export function precisionText(precision: Precision | null | undefined): string {
  return precision ?? `unknown, read as ${UNNAMED_PRECISION}`;
}
