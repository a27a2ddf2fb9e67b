import type { ActiveModel } from '../activation/active-model.ts';
import { DEFAULT_PROTOCOL, requiredFields } from './capture-protocol.ts';
import { distinctImages, type ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { Field } from './field.ts';
import { LATERALITIES } from './laterality.ts';
import { requestIdOf, workOf } from './request-id.ts';
import { mayBeSettled } from './settling.ts';

/** How long an exam waits for its second eye, in seconds: as long as its program's window was when it was registered. */
export function pairingWindowOf({ createdAt, pairingDeadline }: ExamRecord): number {
  return Math.max(0, Math.ceil((Date.parse(pairingDeadline) - Date.parse(createdAt)) / 1000));
}

/** What is known of the wait for an exam's images. */
export interface Wait {
  /** For how long the exam is known to have waited. */
  readonly seconds: number;
  /** Whether no further image came within the program's settling time. */
  readonly isSettled: boolean;
  /** Fields that the program's capture protocol asks of each eye. */
  readonly fields: readonly Field[];
}

/** Nothing tells that an exam has waited. */
export const NO_WAIT: Wait = { seconds: 0, isSettled: false, fields: requiredFields(DEFAULT_PROTOCOL) };

/**
 * `true` if no image of the exam is to be waited for any longer: every announced one is in, or, where nothing was announced,
 * each eye has what the program's capture protocol asks for and the exam is settled; or the pairing window is over. It is over
 * once the exam was asked for, and once it has been waited for long enough: the time of day does not decide, since it may
 * have been set meanwhile.
 */
export function isComplete(record: ExamRecord, wait: Wait): boolean {
  const counts = LATERALITIES.map((eye) => distinctImages(record.images, eye).length);
  if (counts.every((count) => count === 0)) return false;
  if (record.request !== null || wait.seconds >= pairingWindowOf(record)) return true;
  const isIn = LATERALITIES.every((eye, index) => {
    const announced = record.expected[eye];
    return announced !== null && (counts[index] ?? 0) >= announced;
  });
  return isIn || (wait.isSettled && mayBeSettled(record, wait.fields));
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
 * @returns the same record if there is nothing to ask
 */
export function requestScreening(
  record: ExamRecord,
  { model, contract }: ScreeningTerms,
  now: Date,
  wait: Wait = NO_WAIT,
): ExamRecord {
  if (!isComplete(record, wait)) return record;
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
