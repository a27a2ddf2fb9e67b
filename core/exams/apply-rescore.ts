import { withResult } from './apply-result.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ExamResult, ShadowResult } from './exam-result.ts';
import { DEFAULT_REVIEW_SETTINGS, type ReviewSettings } from './review-settings.ts';

/**
 * What became of a re-scored result: the exam's answer now; this job's own, written before; the very answer the exam had
 * already; or too late, since there are newer photographs or a later job's answer.
 */
export type RescoreFate = 'applied' | 'repeated' | 'same' | 'superseded';

export interface RescoredExam {
  readonly fate: RescoreFate;
  readonly record: ExamRecord;
}

/** `true` if a result of features of this screening may still be written. */
function isOpen(
  record: ExamRecord,
  base: string | null,
): record is ExamRecord & { readonly result: ExamResult } {
  return record.status === 'screened' && record.result !== null && record.request?.requestId === base;
}

/**
 * Gives an exam a result that was read from its stored features, exactly once in effect. Of several jobs about one exam
 * the one that was called for last counts, in whatever order and however often their results come:
 *
 * ```
 * screening ── job 1 (applied) ── job 2 (applied) ── job 1 again (superseded) ── job 2 again (repeated)
 * screening ── job 2 (applied) ── job 1 (superseded)
 * screening ── photograph replaced ── job 1 (superseded: its features are of the old photograph)
 * ```
 *
 * @param base the screening whose features were read
 * @param rescored the result with `rescored.job`
 */
export function applyRescore(
  record: ExamRecord,
  base: string | null,
  rescored: ExamResult & { readonly rescored: NonNullable<ExamResult['rescored']> },
  now: Date,
  review: ReviewSettings = DEFAULT_REVIEW_SETTINGS,
): RescoredExam {
  if (!isOpen(record, base)) return { fate: 'superseded', record };
  const { result } = record;
  const { job } = rescored.rescored;
  if (result.rescored?.job === job) return { fate: 'repeated', record };
  if (result.rescored !== undefined && result.rescored.job > job) return { fate: 'superseded', record };
  if (result.requestId === rescored.requestId && result.policy === rescored.policy) {
    // Only that this job has been here is written: an earlier job's late result must not win.
    const marked = { ...result, rescored: rescored.rescored };
    return { fate: 'same', record: { ...record, result: marked } };
  }
  const { shadow } = result;
  const answer = { ...rescored, rescored: { ...rescored.rescored, from: result.outcome } };
  return {
    fate: 'applied',
    record: withResult(record, shadow ? { ...answer, shadow } : answer, now, review),
  };
}

/** Records heads beside an exam's result. Outcome, findings and history stay as they are. */
export function applyShadow(
  record: ExamRecord,
  base: string | null,
  shadow: ShadowResult & { readonly job: string },
): RescoredExam {
  if (!isOpen(record, base)) return { fate: 'superseded', record };
  const present = record.result.shadow;
  if (present?.job === shadow.job) return { fate: 'repeated', record };
  if (present?.job !== undefined && present.job > shadow.job) return { fate: 'superseded', record };
  return { fate: 'applied', record: { ...record, result: { ...record.result, shadow } } };
}
