import type { ActiveModel } from '../models/active-model.ts';
import { currentImages } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { LATERALITIES } from './laterality.ts';
import { requestIdOf, workOf } from './request-id.ts';

/**
 * `true` if no image of the exam is to be waited for any longer: every announced one is in, or, unannounced, one of each
 * eye is; or the pairing window is over.
 */
export function isComplete(record: ExamRecord, now: Date): boolean {
  const counts = LATERALITIES.map((eye) => currentImages(record.images, eye).length);
  if (counts.every((count) => count === 0)) return false;
  // One image an eye counts until preparation tells several apart: a second announced one would be waited for in vain.
  const isIn = LATERALITIES.every(
    (eye, index) => (counts[index] ?? 0) >= Math.min(1, record.expected[eye] ?? 1),
  );
  return isIn || now.toISOString() >= record.pairingDeadline;
}

/**
 * Asks for an exam's screening if it is complete and its present images have not been screened by this model.
 *
 * @returns the same record if there is nothing to ask
 */
export function requestScreening(record: ExamRecord, model: ActiveModel, now: Date): ExamRecord {
  if (!isComplete(record, now)) return record;
  const work = workOf(record, model);
  const requestId = requestIdOf(record, work);
  if (record.request?.requestId === requestId) return record;
  // Re-scored with these very heads before they were promoted.
  if (record.status === 'screened' && record.result?.requestId === requestId) return record;
  return {
    ...record,
    status: 'screening',
    request: { requestId, requestedAt: now.toISOString(), ...work },
    updatedAt: now.toISOString(),
  };
}
