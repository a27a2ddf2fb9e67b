import { z } from 'zod';
import type { ExamRecord } from './exam-record.ts';
import { moreUrgent, outcomeSchema } from './outcome.ts';
import { reviewStateOf } from './review-state.ts';

/** Whose word an outcome is. */
export const DECIDERS = ['machine', 'reader', 'arbiter'] as const;

/** What holds of an exam now. */
export const finalSchema = z.object({ outcome: outcomeSchema, decidedBy: z.enum(DECIDERS) });
export type Final = Readonly<z.infer<typeof finalSchema>>;

/**
 * What holds of an exam now: the readers' outcome once they agree, the machine's where they have not read it. As long as
 * they disagree, the most urgent opinion holds, so that a list of referrals misses none; its review is `preliminary`.
 *
 * @returns `null` if the exam has no result
 */
export function finalOf(record: ExamRecord): Final | null {
  const { result } = record;
  const state = reviewStateOf(record);
  if (state === null || result === null) return null;
  const last = state.reviews.at(-1);
  if (last === undefined) return { outcome: result.outcome, decidedBy: 'machine' };
  if (state.outcome !== null) {
    return { outcome: state.outcome, decidedBy: last.stage === 'arbitration' ? 'arbiter' : 'reader' };
  }
  const outcome = state.reviews.reduce((most, review) => moreUrgent(most, review.outcome), result.outcome);
  return { outcome, decidedBy: outcome === result.outcome ? 'machine' : 'reader' };
}
