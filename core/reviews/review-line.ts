import { z } from 'zod';
import type { ExamRecord } from '../exams/exam-record.ts';
import { eyeGradesSchema } from '../exams/eye-grade.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import { type Review, reviewSchema, reviewStageSchema } from '../exams/review.ts';
import { reviewStateOf } from '../exams/review-state.ts';

/** One verdict as it is shown. */
export const verdictLineSchema = reviewSchema
  .pick({ id: true, stage: true, outcome: true, reader: true, note: true, at: true })
  .extend({
    /** What the reader saw of each eye; `null` where they said the outcome alone. */
    eyes: eyeGradesSchema.nullable(),
    /** Id of the earlier verdict that this one corrects; `null` if it corrects none. */
    corrects: z.string().nullable(),
    /** Why that one was corrected. */
    reason: z.string().nullable(),
    /** Id of the verdict that corrects this one: this one does not hold any more. `null` if it does. */
    supersededBy: z.string().nullable(),
  });
export type VerdictLine = z.infer<typeof verdictLineSchema>;

/** What readers made of an exam: a published form. The machine's own outcome stands beside it, unchanged. */
export const reviewLineSchema = z.object({
  /** What holds after review; `null` while readers disagree. */
  outcome: outcomeSchema.nullable(),
  status: z.enum(['preliminary', 'final']),
  /** The stage that it waits for; `null` once it is final. */
  stage: reviewStageSchema.nullable(),
  /** Every verdict over the present photographs, oldest first; those that were corrected say so. */
  verdicts: z.array(verdictLineSchema),
});
export type ReviewLine = Readonly<z.infer<typeof reviewLineSchema>>;

/** @param all verdicts over the exam, among which corrections are looked for */
export function verdictLineOf(review: Review, all: readonly Review[]): VerdictLine {
  const { id, stage, outcome, reader, note, at, eyes = null, corrects = null, reason = null } = review;
  const supersededBy = all.find((other) => other.corrects === id)?.id ?? null;
  return { id, stage, outcome, reader, eyes, note, at, corrects, reason, supersededBy };
}

/** @returns `null` if the exam's present photographs are unread */
export function reviewLineOf(record: ExamRecord): ReviewLine | null {
  const state = reviewStateOf(record);
  if (state === null || state.reviews.length === 0) return null;
  const { outcome, status, stage, given } = state;
  return { outcome, status, stage, verdicts: given.map((review) => verdictLineOf(review, given)) };
}
