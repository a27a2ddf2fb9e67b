import type { ActiveModel } from '../models/active-model.ts';
import type { ExamRecord } from './exam-record.ts';
import { requestIdOf } from './request-id.ts';

/** `true` if no eye of the exam is to be waited for any longer. */
export function isComplete(record: ExamRecord, now: Date): boolean {
  const { left, right } = record.eyes;
  if (left !== null && right !== null) return true;
  if (record.expectedEyes !== 'both' && record.eyes[record.expectedEyes] !== null) return true;
  return (left !== null || right !== null) && now.toISOString() >= record.pairingDeadline;
}

/**
 * Asks for an exam's screening if it is complete and its present photographs have not been screened by this model.
 *
 * @returns the same record if there is nothing to ask
 */
export function requestScreening(record: ExamRecord, model: ActiveModel, now: Date): ExamRecord {
  if (!isComplete(record, now)) return record;
  const requestId = requestIdOf(record, record.eyes, model);
  if (record.request?.requestId === requestId) return record;
  // Re-scored with these very heads before they were promoted.
  if (record.status === 'screened' && record.result?.requestId === requestId) return record;
  return {
    ...record,
    status: 'screening',
    request: { requestId, requestedAt: now.toISOString(), images: record.eyes, model },
    updatedAt: now.toISOString(),
  };
}
