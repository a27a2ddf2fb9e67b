import { z } from 'zod';
import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
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
