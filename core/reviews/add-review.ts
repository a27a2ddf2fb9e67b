import { ReviewRefusedError } from '../errors.ts';
import { examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { contentsOfResult } from '../exams/exam-result.ts';
import type { EyeGrades } from '../exams/eye-grade.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { Reading, Review } from '../exams/review.ts';
import { deadlineOf, type ReviewSettings } from '../exams/review-settings.ts';
import { type ReviewState, reviewStateOf } from '../exams/review-state.ts';
import { checkGrades } from './check-grades.ts';
import { type Correction, checkCorrection } from './correction.ts';

/** What a reader says of an exam. */
export interface Verdict {
  /** The same verdict sent twice has the same id, and is added once. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly reader: string;
  /** What the reader saw of each eye; left out where they say the outcome alone. */
  readonly eyes?: EyeGrades;
  readonly note: string | null;
  /** Which of the reader's own verdicts this one takes the place of, and why; left out of a first verdict. */
  readonly correction?: Correction;
}

/**
 * Adds a reader's verdict to an exam. Nothing is overwritten: not the result, not an earlier verdict.
 *
 * @returns the same record if it has this verdict already
 * @throws ReviewRefusedError if the exam has no result, this reader has read it, or its reading is final; for a
 *   correction, if it corrects another's verdict, none, or one that does not hold any more
 * @throws GradesRefusedError if what is said of an eye contradicts itself, its photographs or the program's settings
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
  if (state === null || result === null || record.status !== 'screened') {
    throw new ReviewRefusedError(
      `Exam ${examName(record)} has no result for its present photographs yet. Read it later.`,
    );
  }
  checkGrades(result, verdict, settings);
  const { correction, ...said } = verdict;
  const place =
    correction === undefined
      ? newPlace(record, state, verdict)
      : correctedPlace(record, state, verdict, correction);
  const at = now.toISOString();
  const review: Review = {
    ...said,
    ...place,
    at,
    machine: { requestId: result.requestId, outcome: result.outcome },
    images: contentsOfResult(result),
  };
  return {
    ...record,
    reviews: [...all, review],
    reading: hastened(record, state.dueAt, verdict, at, settings),
  };
}

type Place = Pick<Review, 'stage' | 'since' | 'corrects' | 'reason'>;

/** Where a reader's first verdict over an exam belongs. */
function newPlace(record: ExamRecord, state: ReviewState, { reader }: Verdict): Place {
  const name = examName(record);
  if (state.reviews.some((review) => review.reader === reader)) {
    throw new ReviewRefusedError(
      `"${reader}" has read exam ${name} already, and a reader cannot be their own second. Another has to; your own verdict you can correct, with a reason.`,
    );
  }
  if (state.stage === null && state.reviews.length > 1) {
    throw new ReviewRefusedError(`The reading of exam ${name} is final: it waits for nobody.`);
  }
  // A reader of an exam that waits for none is its first reader, or the second after one who agreed with the machine.
  const stage = state.stage ?? (state.reviews.length === 0 ? 'first' : 'second');
  return { stage, since: state.since };
}

/** A correction stays where the verdict is that it corrects. */
function correctedPlace(
  record: ExamRecord,
  state: ReviewState,
  { reader }: Verdict,
  correction: Correction,
): Place {
  const { stage, since } = checkCorrection(record, state, reader, correction);
  return { stage, since, corrects: correction.corrects, reason: correction.reason };
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
  return { ...(record.reading ?? { drawn: false }), dueAt: due < dueAt ? due : dueAt };
}
