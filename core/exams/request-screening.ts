import type { ActiveModel } from '../activation/active-model.ts';
import { currentImages, type ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { LATERALITIES } from './laterality.ts';
import { requestIdOf, workOf } from './request-id.ts';

/** How long an exam waits for its second eye, in seconds: as long as its program's window was when it was registered. */
export function pairingWindowOf({ createdAt, pairingDeadline }: ExamRecord): number {
  return Math.max(0, Math.ceil((Date.parse(pairingDeadline) - Date.parse(createdAt)) / 1000));
}

/**
 * `true` if no image of the exam is to be waited for any longer: every announced one is in, or, unannounced, one of each
 * eye is; or the pairing window is over. It is over once the exam was asked for, and once it has been waited for long
 * enough: the time of day does not decide, since it may have been set meanwhile.
 *
 * @param waitedSeconds for how long the exam is known to have waited
 */
export function isComplete(record: ExamRecord, waitedSeconds: number): boolean {
  const counts = LATERALITIES.map((eye) => currentImages(record.images, eye).length);
  if (counts.every((count) => count === 0)) return false;
  // One image an eye counts until preparation tells several apart: a second announced one would be waited for in vain.
  const isIn = LATERALITIES.every(
    (eye, index) => (counts[index] ?? 0) >= Math.min(1, record.expected[eye] ?? 1),
  );
  return isIn || record.request !== null || waitedSeconds >= pairingWindowOf(record);
}

/** What exams are screened by now: the active model, and the contract under which images are prepared for it. */
export interface ScreeningTerms {
  readonly model: ActiveModel;
  readonly contract: string;
}

/** What the counts of missing pixels are about is over with a new request. */
function withoutMissed(images: readonly ExamImage[]): ExamImage[] {
  return images.map(({ missed: _, ...image }) => image);
}

/**
 * Asks for an exam's screening if it is complete and its present images have not been screened by this model under this
 * contract. Images that were not prepared under it yet are asked of preparation first: see `unpreparedImages`.
 *
 * @param waitedSeconds for how long the exam is known to have waited; 0 where nothing tells
 * @returns the same record if there is nothing to ask
 */
export function requestScreening(
  record: ExamRecord,
  { model, contract }: ScreeningTerms,
  now: Date,
  waitedSeconds = 0,
): ExamRecord {
  if (!isComplete(record, waitedSeconds)) return record;
  const work = workOf(record, model, contract);
  const requestId = requestIdOf(record, work);
  if (record.request?.requestId === requestId) return record;
  // Re-scored with these very heads before they were promoted.
  if (record.status === 'screened' && record.result?.requestId === requestId) return record;
  return {
    ...record,
    status: 'screening',
    images: withoutMissed(record.images),
    request: { requestId, requestedAt: now.toISOString(), ...work },
    updatedAt: now.toISOString(),
  };
}
