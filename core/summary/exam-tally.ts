import { z } from 'zod';
import { OUTCOMES, outcomeSchema } from '../exams/outcome.ts';
import { noOutcomes, outcomeCountsSchema } from '../exams/outcome-counts.ts';
import type { ExamFacts } from '../ports/exam-facts.ts';

const count = z.number().int().nonnegative();

const dayTallySchema = z.object({ screened: count, outcomes: outcomeCountsSchema });
const labelTallySchema = z.object({ exams: count, positive: count });

/** Counts of exams, as far as they have been counted. */
export const examTallySchema = z.object({
  waiting: z.object({ registered: count, screening: count }),
  /** By what holds now. */
  outcomes: outcomeCountsSchema,
  /** By what the machine decided. */
  byMachine: outcomeCountsSchema,
  /** Exams that somebody has read, and what holds of them after review. */
  reviewed: count,
  afterReview: outcomeCountsSchema,
  /** Exams that have a finding of the label, and a positive one. */
  labels: z.record(z.string(), labelTallySchema),
  /** By the day (UTC) of screening. */
  days: z.record(z.string(), dayTallySchema),
});
export type ExamTally = z.infer<typeof examTallySchema>;

export function emptyTally(): ExamTally {
  return {
    waiting: { registered: 0, screening: 0 },
    outcomes: noOutcomes(),
    byMachine: noOutcomes(),
    reviewed: 0,
    afterReview: noOutcomes(),
    labels: {},
    days: {},
  };
}

/** Counts one more exam. Changes the tally: a million copies would be too many. */
export function addToTally(tally: ExamTally, facts: ExamFacts): void {
  const outcome = outcomeSchema.safeParse(facts.listing).data;
  if (outcome === undefined) {
    tally.waiting[facts.listing === 'registered' ? 'registered' : 'screening'] += 1;
    return;
  }
  tally.outcomes[outcome] += 1;
  tally.byMachine[facts.machine ?? outcome] += 1;
  if (facts.readers.length > 0) tally.reviewed += 1;
  if (facts.reviewed !== null) tally.afterReview[facts.reviewed] += 1;
  for (const [label, { positive }] of Object.entries(facts.labels)) {
    const before = tally.labels[label] ?? { exams: 0, positive: 0 };
    before.exams += 1;
    if (positive) before.positive += 1;
    tally.labels[label] = before;
  }
  const day = facts.at.slice(0, 10);
  const before = tally.days[day] ?? { screened: 0, outcomes: noOutcomes() };
  before.screened += 1;
  before.outcomes[outcome] += 1;
  tally.days[day] = before;
}

export function screenedIn(tally: ExamTally): number {
  return OUTCOMES.reduce((sum, outcome) => sum + tally.outcomes[outcome], 0);
}
