import type { ExamRecord } from './exam-record.ts';
import type { ExamResult } from './exam-result.ts';

/** How many earlier results the record itself carries. */
const HISTORY_KEPT = 10;

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
 */
export function applyResult(record: ExamRecord, result: ExamResult, now: Date): ResultFate {
  if (record.request?.requestId !== result.requestId) return { fate: 'superseded', record };
  if (record.status === 'screened' && record.result?.requestId === result.requestId) {
    return { fate: 'duplicate', record };
  }
  const history = record.result === null ? record.history : [record.result, ...record.history];
  return {
    fate: 'applied',
    record: {
      ...record,
      status: 'screened',
      result,
      history: history.slice(0, HISTORY_KEPT),
      updatedAt: now.toISOString(),
    },
  };
}
