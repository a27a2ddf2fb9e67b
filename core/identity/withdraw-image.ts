import { withResult } from '../exams/apply-result.ts';
import { type ExamImage, requestedImages, type Withdrawal } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { flagsOf } from '../exams/record-flags.ts';
import { requestIdOf, workOf } from '../exams/request-id.ts';
import { NO_WAIT, requestScreening, type ScreeningTerms } from '../exams/request-screening.ts';
import type { ReviewSettings } from '../exams/review-settings.ts';
import { NO_RUNTIME } from '../exams/screening-output.ts';
import { decideOutcome } from '../policies/decide-outcome.ts';
import type { OutcomePolicy } from '../policies/outcome-policy.ts';
import { policyId } from '../policies/policy-id.ts';

/** What an exam is screened or answered by after the withdrawal. */
export interface Rescreening extends ScreeningTerms {
  readonly policy: OutcomePolicy;
  readonly review: ReviewSettings;
}

/** An exam that has no image any more: nothing is asked of a worker, and the answer says so. */
function withoutImages(
  record: ExamRecord,
  { model, contract, policy, review }: Rescreening,
  now: Date,
): ExamRecord {
  const eyes = { left: null, right: null };
  const { heads } = model;
  const decision = decideOutcome(policy, { eyes, heads, findings: [] });
  const work = workOf(record, model, contract);
  const requestId = requestIdOf(record, work);
  const at = now.toISOString();
  const result = {
    requestId,
    screenedAt: at,
    model: model.model,
    preprocessing: model.preprocessing,
    heads: [...heads],
    eyes,
    findings: [],
    features: null,
    flags: ['research-use-only', 'left-eye-missing', 'right-eye-missing', ...flagsOf(record)],
    runtime: NO_RUNTIME,
    outcome: decision.outcome,
    policy: policyId(policy),
    reasons: [...decision.reasons],
  };
  return withResult({ ...record, request: { requestId, requestedAt: at, ...work } }, result, now, review);
}

/**
 * Takes an image out of its exam and has the exam screened by those that are left; it stays listed as withdrawn, with
 * who said so and why. Said again, nothing changes.
 *
 * @param image which: its key, and its version where there are several
 * @returns the same record if no image of this name counts
 */
export function withdrawImage(
  record: ExamRecord,
  image: Pick<ExamImage, 'key' | 'versionId'>,
  withdrawal: Withdrawal,
  by: Rescreening,
  now: Date,
): ExamRecord {
  const isIt = (one: ExamImage) =>
    one.state === 'current' && one.key === image.key && one.versionId === image.versionId;
  if (!record.images.some(isIt)) return record;
  const images = record.images.map(
    (one): ExamImage => (isIt(one) ? { ...one, state: 'withdrawn', withdrawal } : one),
  );
  const changed = { ...record, images, updatedAt: now.toISOString() };
  if (requestedImages(changed).length === 0) return withoutImages(changed, by, now);
  // Nothing is waited for: what was answered by both images is to be answered by those that are left.
  return requestScreening(changed, by, now, { ...NO_WAIT, seconds: Number.POSITIVE_INFINITY });
}
