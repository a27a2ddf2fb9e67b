import type { ExamRecord } from './exam-record.ts';
import { contentsOfResult, type ExamResult } from './exam-result.ts';
import { type Opinion, opinionsOf } from './opinion.ts';
import { isNegative, type Outcome } from './outcome.ts';
import type { Reading, Review, ReviewStage } from './review.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from './review-settings.ts';

/** Where an exam's reading stands. */
export interface ReviewState {
  /** The verdicts that hold for the exam's present photographs, one of each reader, in the order of reading. */
  readonly reviews: readonly Review[];
  /** The same with what each reader said before correcting it. */
  readonly opinions: readonly Opinion[];
  /** Every verdict over the present photographs, corrected ones too, oldest first. */
  readonly given: readonly Review[];
  /** Readers whom the exam waits for no longer. An arbiter whose decision a correction has overtaken is waited for. */
  readonly readers: readonly string[];
  /** The stage that it waits for; `null`: it need not be read, or no longer. */
  readonly stage: ReviewStage | null;
  /** Since when it waits for that stage. */
  readonly since: string;
  /** When the reading is to be done. */
  readonly dueAt: string;
  /** What holds by now: the readers' outcome, the machine's where it is not to be read, `null` while readers disagree. */
  readonly outcome: Outcome | null;
  /** `final`: nothing more is to come. */
  readonly status: 'preliminary' | 'final';
}

function planOf(record: ExamRecord, result: ExamResult): Reading {
  // Exams screened before there were readings.
  return record.reading ?? { ...readingOf(DEFAULT_REVIEW_SETTINGS, record, result), drawn: false };
}

interface Standing {
  readonly stage: ReviewStage | null;
  readonly outcome: Outcome | null;
}

/** Where two or more readers stand: an arbiter decides over all verdicts that stood then, not over later corrections. */
function afterTwo(opinions: readonly Opinion[]): Standing {
  const outcomes = new Set(opinions.map(({ holds }) => holds.outcome));
  const [agreed] = outcomes;
  if (outcomes.size === 1 && agreed !== undefined) return { stage: null, outcome: agreed };
  const arbiter = opinions.length > 2 ? opinions.at(-1) : undefined;
  const decides = arbiter !== undefined && opinions.every(({ place }) => place <= arbiter.place);
  return decides ? { stage: null, outcome: arbiter.holds.outcome } : { stage: 'arbitration', outcome: null };
}

/** The stage after these verdicts, and the outcome that they make. */
function follow(machine: Outcome, { drawn, blindToModel }: Reading, opinions: readonly Opinion[]): Standing {
  const [first, second] = opinions;
  if (first === undefined) {
    if (!isNegative(machine)) return { stage: 'first', outcome: machine };
    // To wait for a second reader before anyone has read would tell a blinded one that the machine says recall.
    if (drawn) return { stage: blindToModel === true ? 'first' : 'second', outcome: machine };
    return { stage: null, outcome: machine };
  }
  if (second !== undefined) return afterTwo(opinions);
  if (first.holds.outcome === machine) return { stage: null, outcome: machine };
  return { stage: 'second', outcome: null };
}

/** When the exam came to where it stands: with the last verdict of a new reader, or the last correction that moved it. */
function cameAt(result: ExamResult, plan: Reading, given: readonly Review[]): string {
  let since = result.screenedAt;
  let before = follow(result.outcome, plan, []);
  for (const [index, review] of given.entries()) {
    const after = follow(result.outcome, plan, opinionsOf(given.slice(0, index + 1)));
    const moved = after.stage !== before.stage || after.outcome !== before.outcome;
    if (review.corrects === undefined || moved) since = review.at;
    before = after;
  }
  return since;
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
 * recall, drawn, readers blinded to the machine ──▶ first, as if it were a referral
 * ```
 *
 * A correction takes the place of the verdict that it corrects, and the exam stands where it would stand with it: what
 * was final may wait for a reader again. An arbiter has decided over the verdicts of that moment: where one of them is
 * corrected later and not all agree now, it waits for an arbiter again, the same or another.
 *
 * @returns `null` if the exam has no result
 */
export function reviewStateOf(record: ExamRecord): ReviewState | null {
  const { result } = record;
  if (result === null) return null;
  const images = contentsOfResult(result);
  const given = (record.reviews ?? []).filter(
    (review) => review.images.left === images.left && review.images.right === images.right,
  );
  const opinions = opinionsOf(given);
  const plan = planOf(record, result);
  const { stage, outcome } = follow(result.outcome, plan, opinions);
  const done = stage === 'arbitration' ? opinions.slice(0, 2) : opinions;
  return {
    reviews: opinions.map(({ holds }) => holds),
    opinions,
    given,
    readers: done.map(({ reader }) => reader),
    stage,
    since: cameAt(result, plan, given),
    dueAt: plan.dueAt,
    outcome,
    status: stage === null ? 'final' : 'preliminary',
  };
}
