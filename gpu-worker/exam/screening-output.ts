import type { ActiveModel } from '../../core/activation/active-model.ts';
import type { EyeResult, ScreeningOutput } from '../../core/exams/exam-result.ts';
import type { ScoredFinding } from '../../core/exams/finding.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { checkLaterality } from '../../core/exams/laterality-check.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { UNVERIFIED_PRECISION_FLAG } from '../../model/bundle/offered-precisions.ts';
import type { InferredExam } from '../inference/batch-inference.ts';
import type { Detection } from '../inference/inference-messages.ts';
import type { PreparedEye } from './prepare-eye.ts';

/** Both eyes of an exam. */
export interface PreparedEyes {
  readonly left: PreparedEye | null;
  readonly right: PreparedEye | null;
}

/** How results of this worker were computed. */
export type RuntimeDescription = ScreeningOutput['runtime'];

/** What was measured of an eye's image, and what the detector saw in it. */
function seenOf(
  label: Laterality,
  { quality }: PreparedEye,
  detection: Detection | null | undefined,
  threshold: number | null,
): Pick<EyeResult, 'quality' | 'laterality'> {
  if (detection == null || threshold === null || !quality.gradable) return { quality };
  const measurements = { ...quality.measurements, gradability: detection.gradable };
  return {
    quality: { ...quality, measurements },
    laterality: checkLaterality(label, detection.left, threshold),
  };
}

/** What was found of an eye before any label. */
function eyeResult(
  label: Laterality,
  eye: PreparedEye | null,
  detection: Detection | null | undefined,
  threshold: number | null,
): EyeResult | null {
  if (eye === null) return null;
  const { image, field } = eye;
  const seen = seenOf(label, eye, detection, threshold);
  return { image, ...seen, images: [{ image: image.key, field, ...seen }] };
}

/** What of a bundle decides how its features and detections are read. */
export interface ReadOut {
  readonly model: ActiveModel;
  /** Least confidence with which the detector contradicts a label; `null` if the bundle has none. */
  readonly lateralityThreshold: number | null;
  readonly runtime: RuntimeDescription;
  /** `false` where a precision was forced that the bundle does not offer; `true` unless told. */
  readonly isPrecisionVerified?: boolean;
}

/** Puts a worker's answer together. `inferred` is `null` where no eye was gradable. */
export function screeningOutput(
  request: ScreeningRequest,
  { model, lateralityThreshold, runtime, isPrecisionVerified = true }: ReadOut,
  prepared: PreparedEyes,
  findings: readonly ScoredFinding[],
  inferred: InferredExam | null,
): ScreeningOutput {
  const eyes = {
    left: eyeResult('left', prepared.left, inferred?.detections.left, lateralityThreshold),
    right: eyeResult('right', prepared.right, inferred?.detections.right, lateralityThreshold),
  };
  const isSuspect = [eyes.left, eyes.right].some((eye) => eye?.laterality?.suspect === true);
  const flags = [
    'research-use-only',
    ...(model.trained ? [] : ['untrained-model']),
    ...(model.heads.length === 0 ? ['features-only'] : []),
    ...(isPrecisionVerified ? [] : [UNVERIFIED_PRECISION_FLAG]),
    ...LATERALITIES.filter((eye) => prepared[eye] === null).map((eye) => `${eye}-eye-missing`),
    ...(isSuspect ? ['laterality-suspect'] : []),
  ];
  return {
    requestId: request.requestId,
    screenedAt: new Date().toISOString(),
    model: model.model,
    preprocessing: model.preprocessing,
    heads: [...model.heads],
    eyes,
    findings: [...findings],
    features: inferred?.reference ?? null,
    flags,
    runtime,
  };
}
