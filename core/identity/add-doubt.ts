import { withResult } from '../exams/apply-result.ts';
import { type CaptureProtocol, notedFields, requiredFields } from '../exams/capture-protocol.ts';
import type { ExamImage } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { doubtsOf } from '../exams/record-flags.ts';
import type { ReviewSettings } from '../exams/review-settings.ts';
import { decideOutcome } from '../policies/decide-outcome.ts';
import type { OutcomePolicy } from '../policies/outcome-policy.ts';
import { policyId } from '../policies/policy-id.ts';

/** Doubts that an image remembers. */
const MOST_DOUBTS = 5;

function withDoubt(image: ExamImage, doubt: string): ExamImage {
  const before = image.doubts ?? [];
  if (before.includes(doubt) || before.length >= MOST_DOUBTS) return image;
  return { ...image, doubts: [...before, doubt.slice(0, 200)] };
}

/**
 * Notes that it is in doubt whose an image is, of an exam that came before the doubt did. An answer that it has is
 * flagged, and decided again by the findings that it has, since the policy may act on doubts.
 *
 * @param sha256 content of the image
 * @returns the same record if it has no such image, or knows the doubt
 */
export function addDoubt(
  record: ExamRecord,
  sha256: string,
  doubt: string,
  {
    policy,
    review,
    captureProtocol,
  }: {
    readonly policy: OutcomePolicy;
    readonly review: ReviewSettings;
    readonly captureProtocol: CaptureProtocol;
  },
  now: Date,
): ExamRecord {
  const images = record.images.map((image) =>
    image.state === 'current' && image.sha256 === sha256 ? withDoubt(image, doubt) : image,
  );
  if (images.every((image, index) => image === record.images[index])) return record;
  const changed = { ...record, images, updatedAt: now.toISOString() };
  const { result } = record;
  if (record.status !== 'screened' || result === null) return changed;
  const fields = requiredFields(captureProtocol);
  const decision = decideOutcome(policy, { ...result, doubts: doubtsOf(changed), fields });
  const answer = {
    ...result,
    findings: [...decision.findings],
    flags: [...new Set([...result.flags, 'identity-doubt', ...decision.flags])],
    outcome: decision.outcome,
    policy: policyId(policy),
    ...notedFields(fields),
    reasons: [...decision.reasons],
  };
  return withResult(changed, answer, now, review);
}
