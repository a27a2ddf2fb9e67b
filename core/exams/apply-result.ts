import type { ExamRecord } from './exam-record.ts';
import type { ExamResult } from './exam-result.ts';
import { DEFAULT_REVIEW_SETTINGS, type ReviewSettings, readingOf } from './review-settings.ts';

/** What became of a result: it is the exam's answer now, was so before, or answers a question no longer asked. */
export type ResultFate =
  | { readonly fate: 'applied'; readonly record: ExamRecord }
  | { readonly fate: 'duplicate' | 'superseded'; readonly record: ExamRecord };

/**
 * Gives an exam its result, exactly once, and only if it answers the latest request.
 *
 * ```
 * request A ── image replaced ── request B ── result of A (superseded) ── result of B (applied) ── again (duplicate)
 * ```
 *
 * @param review how the program has its exams read: it decides whether and until when people read this one
 */
export function applyResult(
  record: ExamRecord,
  result: ExamResult,
  now: Date,
  review: ReviewSettings = DEFAULT_REVIEW_SETTINGS,
): ResultFate {
  if (record.request?.requestId !== result.requestId) return { fate: 'superseded', record };
  // An exam that was re-scored since carries another result, but its request stays answered.
  if (record.status === 'screened') return { fate: 'duplicate', record };
  return { fate: 'applied', record: withResult(record, result, now, review) };
}

/** The exam with a new result. Who writes it keeps the former one: see `updateExam`. */
export function withResult(
  record: ExamRecord,
  result: ExamResult,
  now: Date,
  review: ReviewSettings,
): ExamRecord {
  return {
    ...record,
    status: 'screened',
    result,
    // What is re-scored is due from then on.
    reading: readingOf(review, record, {
      outcome: result.outcome,
      screenedAt: result.rescored?.at ?? result.screenedAt,
    }),
    updatedAt: now.toISOString(),
  };
}
