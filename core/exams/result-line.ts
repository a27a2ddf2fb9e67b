import { z } from 'zod';
import { reviewLineOf, reviewLineSchema } from '../reviews/review-line.ts';
import type { ExamRecord } from './exam-record.ts';
import type { EyeResult } from './exam-result.ts';
import { findingSchema } from './finding.ts';
import { lateralityCheckSchema } from './laterality-check.ts';
import { outcomeSchema } from './outcome.ts';
import { UNGRADABLE_REASONS } from './quality.ts';

const eyeLineSchema = z
  .object({
    image: z.string(),
    gradable: z.boolean(),
    reason: z.enum(UNGRADABLE_REASONS).nullable(),
    /** Left out where none was made. */
    laterality: lateralityCheckSchema.optional(),
  })
  .nullable();

/** A result as the API, the command line and exports give it: a published form. */
export const resultLineSchema = z.object({
  program: z.string(),
  patient: z.string(),
  exam: z.string(),
  outcome: outcomeSchema,
  screenedAt: z.iso.datetime(),
  model: z.string(),
  heads: z.array(z.string()),
  eyes: z.object({ left: eyeLineSchema, right: eyeLineSchema }),
  findings: z.array(findingSchema),
  flags: z.array(z.string()),
  /** What readers made of it; `null` if nobody has read it. */
  review: reviewLineSchema.nullable(),
});
export type ResultLine = Readonly<z.infer<typeof resultLineSchema>>;

function eyeLine(eye: EyeResult | null): ResultLine['eyes']['left'] {
  if (eye === null) return null;
  const { image, quality, laterality } = eye;
  const line = { image: image.key, gradable: quality.gradable, reason: quality.reason };
  return laterality === undefined ? line : { ...line, laterality };
}

/** @returns `null` if the exam has no result yet */
export function resultLineOf(record: ExamRecord): ResultLine | null {
  const { result } = record;
  if (result === null) return null;
  return {
    program: record.program,
    patient: record.patient,
    exam: record.exam,
    outcome: result.outcome,
    screenedAt: result.screenedAt,
    model: result.model,
    heads: result.heads.map((head) => head.name),
    eyes: { left: eyeLine(result.eyes.left), right: eyeLine(result.eyes.right) },
    findings: result.findings,
    flags: result.flags,
    review: reviewLineOf(record),
  };
}
