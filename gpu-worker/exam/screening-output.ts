import type { EyeResult, FeaturesReference, ScreeningOutput } from '../../core/exams/exam-result.ts';
import type { Finding } from '../../core/exams/finding.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import type { ActiveModel } from '../../core/models/active-model.ts';
import type { ExamFeatures, EyeFeatures } from '../../model/heads/exam-features.ts';
import type { BatchFeatures, ExamPlaces } from '../inference/inference-messages.ts';
import type { PreparedEye } from './prepare-eye.ts';

/** Both eyes of an exam. */
export interface PreparedEyes {
  readonly left: PreparedEye | null;
  readonly right: PreparedEye | null;
}

/** How results of this worker were computed. */
export type RuntimeDescription = ScreeningOutput['runtime'];

/** Takes one exam's features out of its batch. */
export function examFeatures(
  features: BatchFeatures,
  exams: readonly ExamPlaces[],
  row: number,
): ExamFeatures {
  const embedding = features.patient.length / exams.length;
  const rowOf = (matrix: Float32Array) => matrix.subarray(row * embedding, (row + 1) * embedding);
  const eye = (
    place: number | null | undefined,
    visual: Float32Array,
    mapped: Float32Array,
  ): EyeFeatures | null =>
    place === null || place === undefined ? null : { visual: rowOf(visual), mapped: rowOf(mapped) };
  return {
    left: eye(exams[row]?.left, features.leftVisual, features.left),
    right: eye(exams[row]?.right, features.rightVisual, features.right),
    patient: rowOf(features.patient),
  };
}

function eyeResult(eye: PreparedEye | null): EyeResult | null {
  return eye && { image: eye.image, quality: eye.quality };
}

/** Puts a worker's answer together. `features` is `null` where no eye was gradable. */
export function screeningOutput(
  request: ScreeningRequest,
  model: ActiveModel,
  eyes: PreparedEyes,
  findings: readonly Finding[],
  features: FeaturesReference | null,
  runtime: RuntimeDescription,
): ScreeningOutput {
  const flags = [
    'research-use-only',
    ...(model.trained ? [] : ['untrained-model']),
    ...(request.images.left === null ? ['left-eye-missing'] : []),
    ...(request.images.right === null ? ['right-eye-missing'] : []),
  ];
  return {
    requestId: request.requestId,
    screenedAt: new Date().toISOString(),
    model: model.model,
    preprocessing: model.preprocessing,
    heads: [...model.heads],
    eyes: { left: eyeResult(eyes.left), right: eyeResult(eyes.right) },
    findings: [...findings],
    features,
    flags,
    runtime,
  };
}
