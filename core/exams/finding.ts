import { z } from 'zod';

/** Whom a finding is about: one eye, or the patient. */
export const FINDING_LEVELS = ['left', 'right', 'patient'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

const probability = z.number().min(0).max(1);

/** What a head reads: a label's calibrated probability, and the threshold that the head suggests for it. */
export const scoredFindingSchema = z.object({
  level: z.enum(FINDING_LEVELS),
  /** Key of the image that it was found in; `null` at patient level. */
  image: z.string().min(1).nullable(),
  /** Name of the head that read it. */
  head: z.string().min(1),
  label: z.string().min(1),
  probability,
  threshold: probability,
});
export type ScoredFinding = Readonly<z.infer<typeof scoredFindingSchema>>;

/** A label with its probability and whether it reaches its threshold: the policy's, else the head's. Research use only. */
export const findingSchema = scoredFindingSchema.extend({
  /** The head's own threshold, where the policy has another. */
  headThreshold: probability.optional(),
  positive: z.boolean(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;
