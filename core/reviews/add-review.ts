import { ReviewRefusedError } from '../errors.ts';
import { examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { imagesOfResult } from '../exams/exam-result.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { Reading, Review } from './review.ts';
import { deadlineOf, type ReviewSettings } from './review-settings.ts';
import { reviewStateOf } from './review-state.ts';

/** What a reader says of an exam. */
export interface Verdict {
  /** The same verdict sent twice has the same id, and is added once. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly reader: string;
  readonly note: string | null;
}

/**
 * Adds a reader's verdict to an exam. Nothing is overwritten: not the result, not an earlier verdict.
 *
 * @returns the same record if it has this verdict already
 * @throws ReviewRefusedError if the exam has no result, this reader has read it, or its reading is final
 */
export function addReview(
  record: ExamRecord,
  verdict: Verdict,
  now: Date,
  settings: ReviewSettings,
): ExamRecord {
  const all = record.reviews ?? [];
  if (all.some((review) => review.id === verdict.id)) return record;
  const state = reviewStateOf(record);
  const { result } = record;
  const name = examName(record);
  if (state === null || result === null || record.status !== 'screened') {
    throw new ReviewRefusedError(
      `Exam ${name} has no result for its present photographs yet. Read it later.`,
    );
  }
  if (state.reviews.some((review) => review.reader === verdict.reader)) {
    throw new ReviewRefusedError(
      `"${verdict.reader}" has read exam ${name} already, and a reader cannot be their own second. Another has to.`,
    );
  }
  if (state.stage === null && state.reviews.length > 1) {
    throw new ReviewRefusedError(`The reading of exam ${name} is final: ${state.outcome}.`);
  }
  const at = now.toISOString();
  const review: Review = {
    ...verdict,
    // Who reads what nobody asked for is its first reader, or the second of one who agreed with the machine.
    stage: state.stage ?? (state.reviews.length === 0 ? 'first' : 'second'),
    at,
    since: state.since,
    machine: { requestId: result.requestId, outcome: result.outcome },
    images: imagesOfResult(result),
  };
  return {
    ...record,
    reviews: [...all, review],
    reading: hastened(record, state.dueAt, verdict, at, settings),
  };
}

/** A verdict that is more urgent than the machine's outcome leaves less time to those who read after it. */
function hastened(
  record: ExamRecord,
  dueAt: string,
  verdict: Verdict,
  at: string,
  settings: ReviewSettings,
): Reading {
  const due = deadlineOf(settings, verdict.outcome, at);
  return { drawn: record.reading?.drawn ?? false, dueAt: due < dueAt ? due : dueAt };
}
