import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { isOutdated } from '../../core/exams/is-outdated.ts';
import type { PreparedFacts } from '../../core/exams/prepared-facts.ts';
import type { ReceivedImage } from '../../core/exams/receive-image.ts';
import { imageOfRecord } from '../../core/exams/unprepared-images.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';

/** What is known again of an image of an exam that is answered asks for nothing: a job does. */
export function mayAsk(before: ExamRecord | undefined, after: ExamRecord): boolean {
  if (before?.status !== 'screened') return true;
  // A full list forgets a replaced image for each that comes: its length tells nothing.
  return after.images.some((image) => imageOfRecord(before, image) === undefined);
}

/**
 * The end of a wait asks for nothing once an exam is answered by the images that count: a job does, whatever model or
 * contract is active by then. A check that says that model or images have changed is believed.
 */
export function mayAskAgain(record: ExamRecord | undefined, reason: ExamCheck['reason']): boolean {
  if (reason !== 'pairing-window' || record?.status !== 'screened') return true;
  return isOutdated(record);
}

/** Facts under the present contract stay, however late others come. */
export function betterFacts(
  before: ExamRecord | undefined,
  { image, prepared }: ReceivedImage,
  contract: string,
): PreparedFacts {
  const known = before && imageOfRecord(before, image)?.prepared;
  return known?.contract === contract && prepared.contract !== contract ? known : prepared;
}
