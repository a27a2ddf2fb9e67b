import { ReviewRefusedError } from '../errors.ts';
import { examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Review } from '../exams/review.ts';
import type { ReviewState } from '../exams/review-state.ts';

/** Which verdict is corrected, and why. */
export interface Correction {
  /** Id of the verdict. */
  readonly corrects: string;
  /** In the reader's words; never empty. */
  readonly reason: string;
}

/**
 * Checks that a reader may correct a verdict: their own, over the present photographs, and the last one they gave. It
 * may be corrected at any time, after the reading is final as well: a mistake that is found late is a mistake still.
 *
 * @returns the verdict that is corrected
 * @throws ReviewRefusedError telling what to do instead
 */
export function checkCorrection(
  record: ExamRecord,
  state: ReviewState,
  reader: string,
  { corrects, reason }: Correction,
): Review {
  const name = examName(record);
  const corrected = record.reviews?.find(({ id }) => id === corrects);
  if (corrected === undefined) {
    throw new ReviewRefusedError(
      `Exam ${name} has no verdict "${corrects}". Correct one of your own, by its id.`,
    );
  }
  if (corrected.reader !== reader) {
    throw new ReviewRefusedError(
      `Verdict "${corrects}" over exam ${name} is another reader's: only they can correct it. Give your own verdict instead.`,
    );
  }
  if (reason.trim() === '') {
    throw new ReviewRefusedError(
      `Say why the verdict over exam ${name} is corrected: a correction needs a reason.`,
    );
  }
  if (!state.given.some(({ id }) => id === corrects)) {
    throw new ReviewRefusedError(
      `Verdict "${corrects}" is about photographs of exam ${name} that have been replaced since. Read the present ones again.`,
    );
  }
  const newer = state.given.find((review) => review.corrects === corrects);
  if (newer !== undefined) {
    throw new ReviewRefusedError(
      `Verdict "${corrects}" over exam ${name} has been corrected already, by "${newer.id}". Correct that one.`,
    );
  }
  return corrected;
}
