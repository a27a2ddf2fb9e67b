import { z } from '@hono/zod-openapi';
import { IMAGE_STATES } from '../../core/exams/exam-image.ts';
import { fieldSchema, seenFieldSchema } from '../../core/exams/field.ts';
import { lateralitySchema } from '../../core/exams/laterality.ts';
import { lateralityCheckSchema } from '../../core/exams/laterality-check.ts';
import { UNGRADABLE_REASONS } from '../../core/exams/quality.ts';
import { burntInSchema } from '../../core/preparation/rendition.ts';
import { examParameters } from './schemas.ts';

/** `{image}` is the last part of the photograph's key: `left.jpg`. */
export const imageParameters = examParameters.extend({
  image: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^/]+$/),
});

/** What is known of the newest version of a photograph. */
export const imageStateSchema = z.object({
  /** Its key: `images/{program}/{patient}/{exam}/{image}`. */
  image: z.string(),
  sha256: z.string(),
  /**
   * `waiting`: it is stored, and not looked at yet. `prepared`: it was looked at. `not-noted`: a former release took it in
   * and noted nothing of it; the exam's result says what it found.
   */
  preparation: z.enum(['waiting', 'prepared', 'not-noted']),
  /** What became of it in its exam; `null` while it is in none. */
  state: z.enum(IMAGE_STATES).nullable(),
  /** The eye that it is labelled as. */
  laterality: lateralitySchema.nullable(),
  /** What it counts as: as its sender named it, else as it shows by itself; `null` counts as the macula. */
  field: fieldSchema.nullable(),
  /** What it shows by itself; `null` where that is not sure. */
  fieldSeen: seenFieldSchema.nullable(),
  /** Whether its sender named it as of the macula and it shows the disc in its middle, or the other way round. */
  fieldDoubtful: z.boolean(),
  /** `null` until it is prepared. */
  gradable: z.boolean().nullable(),
  reason: z.enum(UNGRADABLE_REASONS).nullable(),
  /** What the reason means to the photographer, and what to do. */
  advice: z.string().nullable(),
  /** Which eye the photograph shows by itself; `null` without a detector, and of ungradable photographs. */
  lateralityCheck: lateralityCheckSchema.nullable(),
  /** A day or an instant, as its name, header or sender tell. */
  takenOn: z.string().nullable(),
  /** Which camera took it, as its header says. */
  device: z.string().nullable(),
  /** Text that was burnt into it; `null` until it is rendered for readers. */
  burntIn: burntInSchema.nullable(),
});

/** The picture is being made. */
export const renderingAnswer = z.object({ image: z.string(), rendering: z.literal(true) });
