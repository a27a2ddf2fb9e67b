import { z } from 'zod';
import { activeModelSchema } from '../models/active-model.ts';
import { readingSchema, reviewSchema } from '../reviews/review.ts';
import { examKeySchema } from './exam-key.ts';
import { examResultSchema } from './exam-result.ts';
import { eyeImagesSchema, imageVersionSchema } from './image-version.ts';
import { OUTCOMES } from './outcome.ts';

/** `registered`: waits for the second eye. `screening`: asked of the worker. `screened`: answered. */
export const EXAM_STATUSES = ['registered', 'screening', 'screened'] as const;

/** Which eyes the uploader says the exam has; an exam that has all of them need not wait. */
export const expectedEyesSchema = z.enum(['both', 'left', 'right']);
export type ExpectedEyes = z.infer<typeof expectedEyesSchema>;

/** The latest screening asked for. */
export const pendingRequestSchema = z.object({
  requestId: z.string().min(1),
  requestedAt: z.iso.datetime(),
  images: eyeImagesSchema,
  model: activeModelSchema,
});
export type PendingRequest = Readonly<z.infer<typeof pendingRequestSchema>>;

/** One exam: the only record of it. It changes by conditional writes on its revision. */
export const examRecordSchema = examKeySchema.extend({
  schema: z.literal('exam/1'),
  /** Counts the writes of this record; 0 before the first. */
  revision: z.number().int().nonnegative(),
  status: z.enum(EXAM_STATUSES),
  expectedEyes: expectedEyesSchema,
  /** The newest photograph of each eye. */
  eyes: eyeImagesSchema,
  /** Photographs that a newer one of the same eye replaced, newest first. */
  replaced: z.array(imageVersionSchema),
  /** When the wait for the second eye ends. */
  pairingDeadline: z.iso.datetime(),
  request: pendingRequestSchema.nullable(),
  result: examResultSchema.nullable(),
  /** Earlier results, newest first. */
  history: z.array(examResultSchema),
  /** How people are to read it; set with the result. Absent in records made before there were readings. */
  reading: readingSchema.optional(),
  /** Every reader's verdict, oldest first. Absent without any. */
  reviews: z.array(reviewSchema).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ExamRecord = Readonly<z.infer<typeof examRecordSchema>>;

/** What an exam is listed under: its outcome once it is screened, what it waits for until then. */
export const EXAM_LISTINGS = ['registered', 'screening', ...OUTCOMES] as const;
export type ExamListing = (typeof EXAM_LISTINGS)[number];

/** @returns the listing of a record, and the instant (ISO 8601, UTC) by which it is sorted there */
export function listingOf(record: ExamRecord): { readonly listing: ExamListing; readonly at: string } {
  if (record.status === 'screened' && record.result !== null) {
    return { listing: record.result.outcome, at: record.result.screenedAt };
  }
  return { listing: record.status === 'registered' ? 'registered' : 'screening', at: record.updatedAt };
}
