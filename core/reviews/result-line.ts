import { z } from 'zod';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { EyeResult } from '../exams/exam-result.ts';
import { fieldSchema, seenFieldSchema } from '../exams/field.ts';
import { finalOf, finalSchema } from '../exams/final.ts';
import { findingSchema } from '../exams/finding.ts';
import { lateralityCheckSchema } from '../exams/laterality-check.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import { outcomeReasonSchema } from '../exams/outcome-reason.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';
import { reviewLineOf, reviewLineSchema } from './review-line.ts';

const imageLineSchema = z.object({
  image: z.string(),
  /** What it is centred on; `null` where it is unknown. */
  field: fieldSchema.nullable(),
  /** Whether its sender named the field, or it was seen; left out where neither. */
  fieldFrom: z.enum(['named', 'seen']).optional(),
  /** What it shows by itself; left out where that is not sure. */
  fieldSeen: seenFieldSchema.optional(),
  gradable: z.boolean(),
  reason: z.enum(UNGRADABLE_REASONS).nullable(),
  /** Which camera took it, as its header says; left out where it says nothing. */
  device: z.string().optional(),
});

const eyeLineSchema = z
  .object({
    /** The primary image. */
    image: z.string(),
    gradable: z.boolean(),
    reason: z.enum(UNGRADABLE_REASONS).nullable(),
    /** Every image of the eye, the primary one first. */
    images: z.array(imageLineSchema),
    /** Left out where none was made. */
    laterality: lateralityCheckSchema.optional(),
  })
  .nullable();

/** A result as the API, the command line and exports give it: a published form. */
export const resultLineSchema = z.object({
  program: z.string(),
  patient: z.string(),
  exam: z.string(),
  /** The machine's. What holds now is `final`. */
  outcome: outcomeSchema,
  screenedAt: z.iso.datetime(),
  model: z.string(),
  heads: z.array(z.string()),
  eyes: z.object({ left: eyeLineSchema, right: eyeLineSchema }),
  findings: z.array(findingSchema),
  flags: z.array(z.string()),
  /** What readers made of it; `null` if it is unread. */
  review: reviewLineSchema.nullable(),
  /** What holds now, and whose word it is. */
  final: finalSchema,
  /** Why the machine's outcome is what it is, the most urgent first; empty in results of before reasons were kept. */
  reasons: z.array(outcomeReasonSchema),
});
export type ResultLine = Readonly<z.infer<typeof resultLineSchema>>;

function eyeLine(eye: EyeResult | null): ResultLine['eyes']['left'] {
  if (eye === null) return null;
  const { image, quality, laterality } = eye;
  const line = {
    image: image.key,
    gradable: quality.gradable,
    reason: quality.reason,
    images: eye.images.map((one) => ({
      image: one.image,
      field: one.field,
      ...(one.fieldFrom === undefined ? {} : { fieldFrom: one.fieldFrom }),
      ...(one.fieldSeen === undefined ? {} : { fieldSeen: one.fieldSeen }),
      gradable: one.quality.gradable,
      reason: one.quality.reason,
      ...(one.device === undefined ? {} : { device: one.device }),
    })),
  };
  return laterality === undefined ? line : { ...line, laterality };
}

/** @returns `null` if the exam has no result yet */
export function resultLineOf(record: ExamRecord): ResultLine | null {
  const { result } = record;
  const final = finalOf(record);
  if (result === null || final === null) return null;
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
    final,
    reasons: result.reasons ?? [],
  };
}
