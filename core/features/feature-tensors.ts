import type { ExamFeatures } from '../exams/exam-features.ts';

/** Matrices of a file of features, float32 [exams, embedding]: of a shard, and of a cohort's file. */
export const FEATURE_TENSORS = ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const;
export type FeatureTensor = (typeof FEATURE_TENSORS)[number];

/** Which eyes have features: uint8 [exams, 2], left and right. */
export const PRESENT_TENSOR = 'present';

/** One exam's rows. Those of an absent eye hold the other eye's, as the model was given them. */
export function rowsOf(features: ExamFeatures): Readonly<Record<FeatureTensor, Float32Array>> {
  const left = features.left ?? features.right;
  const right = features.right ?? features.left;
  const none = new Float32Array(features.patient.length);
  return {
    left_visual: left?.visual ?? none,
    right_visual: right?.visual ?? none,
    left: left?.mapped ?? none,
    right: right?.mapped ?? none,
    patient: features.patient,
  };
}
