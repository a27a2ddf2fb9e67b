import { z } from 'zod';
import type { ExamRecord } from '../exams/exam-record.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import { type Review, reviewSchema, reviewStageSchema } from './review.ts';
import { reviewStateOf } from './review-state.ts';

/** One verdict as it is shown. */
export const verdictLineSchema = reviewSchema.pick({
  id: true,
  stage: true,
  outcome: true,
  reader: true,
  note: true,
  at: true,
});

/** What readers made of an exam: a published form. The machine's own outcome stands beside it, unchanged. */
export const reviewLineSchema = z.object({
  /** What holds after review; `null` while readers disagree. */
  outcome: outcomeSchema.nullable(),
  status: z.enum(['preliminary', 'final']),
  /** The stage that it waits for; `null` once it is final. */
  stage: reviewStageSchema.nullable(),
  verdicts: z.array(verdictLineSchema),
});
export type ReviewLine = Readonly<z.infer<typeof reviewLineSchema>>;

export function verdictLineOf(review: Review): z.infer<typeof verdictLineSchema> {
  const { id, stage, outcome, reader, note, at } = review;
  return { id, stage, outcome, reader, note, at };
}

/** @returns `null` if nobody has read the exam's present photographs */
export function reviewLineOf(record: ExamRecord): ReviewLine | null {
  const state = reviewStateOf(record);
  if (state === null || state.reviews.length === 0) return null;
  const { outcome, status, stage, reviews } = state;
  return { outcome, status, stage, verdicts: reviews.map(verdictLineOf) };
}
