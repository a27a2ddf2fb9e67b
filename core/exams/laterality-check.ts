import { z } from 'zod';
import { fellowEye, type Laterality, lateralitySchema } from './laterality.ts';

/** Which eye a photograph shows by itself, as the model bundle's detector sees it. Research use only. */
export const lateralityCheckSchema = z.object({
  detected: lateralitySchema,
  /** The detector's probability that it is right: 0.5 to 1. */
  confidence: z.number().min(0.5).max(1),
  /** Least confidence with which it may contradict a label: 0.5 to 1. */
  threshold: z.number().min(0.5).max(1),
  /** Whether the photograph was turned by half, as its fovea and disc lie. Absent where that is not sure. */
  turned: z.boolean().optional(),
  /**
   * Whether it contradicts the label with so much confidence, and was not turned: a turned right eye looks like a left one. Or
   * it agrees although both eyes of the exam were turned.
   */
  suspect: z.boolean(),
});
export type LateralityCheck = Readonly<z.infer<typeof lateralityCheckSchema>>;

/** The eye that a photograph shows: the detector's, or the other one if it was turned by half. */
export function shownEye({ detected, turned }: Pick<LateralityCheck, 'detected' | 'turned'>): Laterality {
  return turned === true ? fellowEye(detected) : detected;
}

/**
 * Compares the eye that a photograph is labelled as with the one that it shows.
 *
 * @param leftProbability the detector's probability of a left eye, 0 to 1
 * @param threshold least confidence of a contradiction, 0.5 to 1
 * @param turned whether the photograph was turned by half; `null` where that is not sure
 * @example checkLaterality('left', 0.02, 0.9) // { detected: 'right', confidence: 0.98, threshold: 0.9, suspect: true }
 */
export function checkLaterality(
  label: Laterality,
  leftProbability: number,
  threshold: number,
  turned: boolean | null = null,
): LateralityCheck {
  const detected = leftProbability >= 0.5 ? 'left' : 'right';
  const confidence = Math.max(leftProbability, 1 - leftProbability);
  return {
    detected,
    confidence,
    threshold,
    ...(turned === null ? {} : { turned }),
    suspect: turned !== true && detected === fellowEye(label) && confidence >= threshold,
  };
}
