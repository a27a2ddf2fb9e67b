import type { Field } from './field.ts';
import type { Laterality } from './laterality.ts';

/** What RET-CLIP reads out of one eye's photograph. Vectors of the joint space's length, not normalised. */
export interface EyeFeatures {
  readonly visual: Float32Array;
  /** `visual` after that eye's mapping. */
  readonly mapped: Float32Array;
}

/** What RET-CLIP reads out of one photograph, and what the photograph shows. */
export interface ImageFeatures {
  /** Its key. */
  readonly image: string;
  readonly laterality: Laterality;
  /** What it is centred on; `null` where the sender did not say, which means the macula. */
  readonly field: Field | null;
  /** Of the joint space's length, not normalised. */
  readonly visual: Float32Array;
}

/** Features of one exam. An eye without a gradable photograph has none. */
export interface ExamFeatures {
  /** Of the eye's primary image, as are `right` and `patient`. */
  readonly left: EyeFeatures | null;
  readonly right: EyeFeatures | null;
  /** Of both eyes; of one eye alone, taken as both. */
  readonly patient: Float32Array;
  /** Every image that heads read, the primary ones among them. Absent where only the primary images are known. */
  readonly images?: readonly ImageFeatures[];
}

/**
 * Features of some exams, float32 [exams, embedding] each. The rows of an absent eye hold the other eye's, as the model was
 * given them.
 */
export interface FeatureMatrices {
  readonly leftVisual: Float32Array;
  readonly rightVisual: Float32Array;
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly patient: Float32Array;
}

/** Takes one exam's features out of its batch. */
export function featuresOfRow(
  matrices: FeatureMatrices,
  embedding: number,
  row: number,
  eyes: { readonly left: boolean; readonly right: boolean },
): ExamFeatures {
  const rowOf = (matrix: Float32Array) => matrix.subarray(row * embedding, (row + 1) * embedding);
  const { leftVisual, rightVisual, left, right, patient } = matrices;
  return {
    left: eyes.left ? { visual: rowOf(leftVisual), mapped: rowOf(left) } : null,
    right: eyes.right ? { visual: rowOf(rightVisual), mapped: rowOf(right) } : null,
    patient: rowOf(patient),
  };
}

/** Both eyes' `visual` one after the other; a single eye stands for both, as in the reference code. */
export function pairOf(features: ExamFeatures): Float32Array {
  const left = features.left ?? features.right;
  const right = features.right ?? features.left;
  const pair = new Float32Array((left?.visual.length ?? 0) + (right?.visual.length ?? 0));
  if (left !== null) pair.set(left.visual);
  if (right !== null) pair.set(right.visual, left?.visual.length ?? 0);
  return pair;
}
