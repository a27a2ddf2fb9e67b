import { withResult } from '../exams/apply-result.ts';
import { type ExamImage, requestedImages, type Withdrawal } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { requestIdOf, workOf } from '../exams/request-id.ts';
import { NO_WAIT, requestScreening, type ScreeningTerms } from '../exams/request-screening.ts';
import { NO_RUNTIME, NOTHING_READ, screeningOutput } from '../exams/screening-output.ts';
import { decidedResult } from '../programs/decided-result.ts';
import type { ProgramSettings } from '../programs/program-settings.ts';

/** What an exam is screened or answered by after the withdrawal. */
export interface Rescreening
  extends ScreeningTerms,
    Pick<ProgramSettings, 'policy' | 'captureProtocol' | 'review'> {}

/** An exam that has no image any more: nothing is asked of a worker, and the answer says so. */
function withoutImages(record: ExamRecord, by: Rescreening, now: Date): ExamRecord {
  const { model, contract, review } = by;
  const work = workOf(record, model, contract);
  const requestId = requestIdOf(record, work);
  const nothing = { left: [], right: [] };
  const output = screeningOutput({ requestId }, { model, runtime: NO_RUNTIME }, nothing, NOTHING_READ);
  const at = now.toISOString();
  const result = decidedResult(by, { ...output, screenedAt: at }, record);
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
