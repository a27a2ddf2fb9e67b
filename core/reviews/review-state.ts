import type { ExamRecord } from '../exams/exam-record.ts';
import { type ExamResult, imagesOfResult } from '../exams/exam-result.ts';
import { isNegative, type Outcome } from '../exams/outcome.ts';
import type { Reading, Review, ReviewStage } from './review.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from './review-settings.ts';

/** Where an exam's reading stands. */
export interface ReviewState {
  /** The verdicts that hold for the exam's present photographs, oldest first. */
  readonly reviews: readonly Review[];
  /** The stage that it waits for; `null`: nobody need read it, or no more. */
  readonly stage: ReviewStage | null;
  /** Since when it waits for that stage. */
  readonly since: string;
  /** When the reading is to be done. */
  readonly dueAt: string;
  /** What holds by now: the readers' outcome, the machine's where nobody is to read, `null` while readers disagree. */
  readonly outcome: Outcome | null;
  /** `final`: nothing more is to come. */
  readonly status: 'preliminary' | 'final';
}

function planOf(record: ExamRecord, result: ExamResult): Reading {
  // Exams screened before there were readings.
  return record.reading ?? { ...readingOf(DEFAULT_REVIEW_SETTINGS, record, result), drawn: false };
}

/** The stage after these verdicts, and the outcome that they make. */
function follow(
  machine: Outcome,
  drawn: boolean,
  reviews: readonly Review[],
): { readonly stage: ReviewStage | null; readonly outcome: Outcome | null } {
  const [first, second, third] = reviews;
  if (first === undefined) {
    if (!isNegative(machine)) return { stage: 'first', outcome: machine };
    return { stage: drawn ? 'second' : null, outcome: machine };
  }
  if (second === undefined) {
    if (first.outcome === machine) return { stage: null, outcome: machine };
    return { stage: 'second', outcome: null };
  }
  if (first.outcome === second.outcome) return { stage: null, outcome: first.outcome };
  if (third === undefined) return { stage: 'arbitration', outcome: null };
  return { stage: null, outcome: third.outcome };
}

/**
 * Where an exam's reading stands, by its result and verdicts alone:
 *
 * ```
 * refer, refer-urgent, ungradable ─▶ first ─── agrees with the machine ──▶ final
 *                                      └────── disagrees ─▶ second ┬─ readers agree ──▶ final
 * recall, drawn ──▶ second (blinded) ── disagrees ─▶ second again ─┤
 *                     └─ agrees ──▶ final                          └─ disagree ─▶ arbitration ─▶ final
 * recall, not drawn ──▶ final
 * ```
 *
 * @returns `null` if the exam has no result
 */
export function reviewStateOf(record: ExamRecord): ReviewState | null {
  const { result } = record;
  if (result === null) return null;
  const images = imagesOfResult(result);
  const reviews = (record.reviews ?? []).filter(
    (review) => review.images.left === images.left && review.images.right === images.right,
  );
  const { drawn, dueAt } = planOf(record, result);
  const { stage, outcome } = follow(result.outcome, drawn, reviews);
  return {
    reviews,
    stage,
    since: reviews.at(-1)?.at ?? result.screenedAt,
    dueAt,
    outcome,
    status: stage === null ? 'final' : 'preliminary',
  };
}
