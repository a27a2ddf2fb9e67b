import { z } from 'zod';

/** Whom a finding is about: one eye, or the patient. */
export const FINDING_LEVELS = ['left', 'right', 'patient'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

const probability = z.number().min(0).max(1);

/** The label of a patient without any disease that the head looks for. The less likely, the more there is to find. */
export const NORMAL = 'normal';

/** Images that a finding lists at most as saying more by themselves than their eye: the furthest are enough to judge it. */
export const MOST_ALONE = 4;

const aloneImageSchema = z.object({
  /** Its key. */
  image: z.string().min(1),
  probability,
});
/** One of several images of an eye, and what it would say as the only one. */
export type AloneImage = Readonly<z.infer<typeof aloneImageSchema>>;

/** What a head reads: a label's calibrated probability, and the threshold that the head suggests for it. */
export const scoredFindingSchema = z.object({
  level: z.enum(FINDING_LEVELS),
  /** Key of the image that it was found in; of several, the one that says it most. `null` at patient level. */
  image: z.string().min(1).nullable(),
  /** Name of the head that read it. */
  head: z.string().min(1),
  label: z.string().min(1),
  probability,
  threshold: probability,
  /** `false`: the head was not measured for the rule by which several images became one finding. Absent otherwise. */
  calibrated: z.literal(false).optional(),
  /**
   * Where several images of an eye were read: those that by themselves are more probable than the eye, or less for `normal`,
   * the furthest first. Absent where there is none.
   */
  alone: z.array(aloneImageSchema).max(MOST_ALONE).optional(),
});
export type ScoredFinding = Readonly<z.infer<typeof scoredFindingSchema>>;

/** A label with its probability and whether it reaches its threshold: the policy's, else the head's. Research use only. */
export const findingSchema = scoredFindingSchema.extend({
  /** The head's own threshold, where the policy has another. */
  headThreshold: probability.optional(),
  /**
   * `policy`: the head was not measured for the rule by which several images became one finding, but the policy's threshold was
   * chosen for it, so the finding does not say `calibrated: false`.
   */
  calibratedBy: z.literal('policy').optional(),
  positive: z.boolean(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;
