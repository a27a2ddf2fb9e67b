/** What RET-CLIP reads out of one eye's photograph. Vectors of the joint space's length, not normalised. */
export interface EyeFeatures {
  readonly visual: Float32Array;
  /** `visual` after that eye's mapping. */
  readonly mapped: Float32Array;
}

/** Features of one exam. An eye without a gradable photograph has none. */
export interface ExamFeatures {
  readonly left: EyeFeatures | null;
  readonly right: EyeFeatures | null;
  /** Of both eyes; of one eye alone, taken as both. */
  readonly patient: Float32Array;
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
