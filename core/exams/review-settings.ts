import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type ExamKey, examName } from './exam-key.ts';
import { GRADING_SCHEMES } from './eye-grade.ts';
import { isNegative, OUTCOME_TABLE, type Outcome, perOutcome } from './outcome.ts';
import type { Reading } from './review.ts';

const days = z.number().min(0.01).max(3_650);

/** How a program's exams are read by people. */
export const reviewSettingsSchema = z
  .object({
    /** Share of the machine's negatives that a blinded reader reads over: 0 to 1. */
    overReadShare: z.number().min(0).max(1),
    /** Draws that share. Readers must not know it: who knows it can tell which negatives will be read. */
    seed: z.string().max(200),
    /**
     * Within how many days after screening an exam of each outcome is to be read. `recall`: the over-read. Settings of
     * before an outcome was known have its default.
     */
    deadlineDays: z
      .object(perOutcome((outcome) => days.default(OUTCOME_TABLE[outcome].deadlineDays)))
      .strict(),
    /** The scale by which readers grade retinopathy. */
    gradingScheme: z.enum(GRADING_SCHEMES).default('icdr'),
    /** Whether a verdict needs a grade of every eye that has a photograph, or that it is ungradable. */
    requireGrades: z.boolean().default(false),
    /** Whether readers learn what the machine found only after their own verdict. */
    blindToModel: z.boolean().default(false),
  })
  .strict();
export type ReviewSettings = Readonly<z.infer<typeof reviewSettingsSchema>>;

/** One negative in ten is read over; a day for what is urgent, two weeks for other referrals. */
export const DEFAULT_REVIEW_SETTINGS: ReviewSettings = {
  overReadShare: 0.1,
  seed: '',
  deadlineDays: perOutcome((outcome) => OUTCOME_TABLE[outcome].deadlineDays),
  gradingScheme: 'icdr',
  requireGrades: false,
  blindToModel: false,
};

const DAY_MILLISECONDS = 86_400_000;
const DRAWS = 2 ** 48;

/**
 * Whether an exam belongs to the share of negatives that are read over. The same seed draws the same exams, in any
 * order and on any machine.
 *
 * @example isDrawn({ ...DEFAULT_REVIEW_SETTINGS, overReadShare: 1 }, exam) // true
 */
export function isDrawn(settings: Pick<ReviewSettings, 'overReadShare' | 'seed'>, exam: ExamKey): boolean {
  const draw = createHmac('sha256', settings.seed).update(examName(exam)).digest().readUIntBE(0, 6);
  return draw / DRAWS < settings.overReadShare;
}

/** The instant by which an exam of this outcome is to be read. */
export function deadlineOf(settings: ReviewSettings, outcome: Outcome, from: string): string {
  return new Date(Date.parse(from) + settings.deadlineDays[outcome] * DAY_MILLISECONDS).toISOString();
}

/** How an exam is to be read that has just got this result. */
export function readingOf(
  settings: ReviewSettings,
  exam: ExamKey,
  result: { readonly outcome: Outcome; readonly screenedAt: string },
): Reading {
  return {
    drawn: isNegative(result.outcome) && isDrawn(settings, exam),
    dueAt: deadlineOf(settings, result.outcome, result.screenedAt),
    ...(settings.blindToModel ? { blindToModel: true } : {}),
  };
}
