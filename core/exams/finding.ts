import { z } from 'zod';

/** Whom a finding is about: one eye, or the patient. */
export const FINDING_LEVELS = ['left', 'right', 'patient'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** A label with its calibrated probability and whether it reaches its threshold. Research use only. */
export const findingSchema = z.object({
  level: z.enum(FINDING_LEVELS),
  /** Name of the head that read it. */
  head: z.string().min(1),
  label: z.string().min(1),
  probability: z.number().min(0).max(1),
  threshold: z.number().min(0).max(1),
  positive: z.boolean(),
});

export type Finding = Readonly<z.infer<typeof findingSchema>>;
