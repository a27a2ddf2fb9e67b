import { z } from 'zod';
import { activeModelSchema } from '../activation/active-model.ts';
import { examImageSchema, MOST_IMAGES, requestedImageSchema } from './exam-image.ts';
import { examKeySchema } from './exam-key.ts';
import { examResultSchema } from './exam-result.ts';
import { expectedImagesSchema } from './expected-images.ts';
import { readingSchema, reviewSchema } from './review.ts';

/** `registered`: waits for images. `screening`: asked of the worker. `screened`: answered. */
export const EXAM_STATUSES = ['registered', 'screening', 'screened'] as const;

/** The latest screening asked for. */
export const pendingRequestSchema = z.object({
  requestId: z.string().min(1),
  requestedAt: z.iso.datetime(),
  images: z.array(requestedImageSchema).max(MOST_IMAGES),
  /** Under which contract the images were prepared; `null` where the worker decodes them itself. */
  contract: z.string().min(1).nullable(),
  model: activeModelSchema,
});
export type PendingRequest = Readonly<z.infer<typeof pendingRequestSchema>>;

/**
 * One exam: the only record of it. It changes by conditional writes on its revision. Its former results lie in the
 * object store, under `formerResultKey`.
 */
export const examRecordSchema = examKeySchema.extend({
  schema: z.literal('exam/2'),
  /** Counts the writes of this record; 0 before the first. */
  revision: z.number().int().nonnegative(),
  status: z.enum(EXAM_STATUSES),
  expected: expectedImagesSchema,
  /** Every image of it that is remembered: those that count, and those that were replaced or withdrawn. */
  images: z.array(examImageSchema).max(MOST_IMAGES),
  /** When the wait for further images is to end, for people; the wait itself is counted by the queue. */
  pairingDeadline: z.iso.datetime(),
  request: pendingRequestSchema.nullable(),
  result: examResultSchema.nullable(),
  /** Results that a former record carried itself, newest first; the next write moves them to the object store. */
  formerResults: z.array(examResultSchema).optional(),
  /** How people are to read it; set with the result. Absent in records made before there were readings. */
  reading: readingSchema.optional(),
  /** Every reader's verdict, oldest first. Absent without any. */
  reviews: z.array(reviewSchema).optional(),
  /** Id of the erasure of this patient after which the record was begun; absent if there was none. */
  erasure: z.string().min(1).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ExamRecord = Readonly<z.infer<typeof examRecordSchema>>;
