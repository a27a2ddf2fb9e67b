import { z } from 'zod';
import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
import type { ExamFeatures } from '../../core/exams/exam-features.ts';
import { UNGRADABLE_REASONS } from '../../core/exams/quality.ts';

/** What a features file's tensors were computed with. */
export interface FeaturesOrigin extends FeaturesPrecision {
  /** Id of the bundle. */
  readonly model: string;
  /** Id of the pre-processing contract. */
  readonly preprocessing: string;
  /** `false` if the model's weights are random. */
  readonly trained: boolean;
}

/** Names of one visit; a patient may have several. */
export interface CohortExam {
  readonly patient: string;
  readonly exam: string;
}

/** Matrices of a features file, float32 [exams, embedding], named as in the shards of a running system. */
export const FEATURE_TENSORS = ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const;
export type FeatureTensor = (typeof FEATURE_TENSORS)[number];

/** Which eyes were photographed and readable: uint8 [exams, 2], left and right. */
export const PRESENT_TENSOR = 'present';

/**
 * What the quality gate says of an eye: `gradable`, or the reason why it is not; `null` where the eye has no photograph.
 * Readable photographs have features, gradable or not.
 */
export const eyeStateSchema = z.enum(['gradable', ...UNGRADABLE_REASONS]).nullable();
export type EyeState = z.infer<typeof eyeStateSchema>;

/** Both eyes of an exam. */
export interface ExamStates {
  readonly left: EyeState;
  readonly right: EyeState;
}

/** Says what the file is, in its metadata. */
export const FEATURES_FORMAT = 'retclip-features-1';

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
