import type { ExamRecord } from '../exams/exam-record.ts';
import type { Review, ReviewStage } from '../exams/review.ts';
import { reviewStateOf } from '../exams/review-state.ts';
import type { ExamReviewed } from '../ports/index.ts';

const ROLES: Readonly<Record<ReviewStage, ExamReviewed['role']>> = {
  first: 'first-reader',
  second: 'second-reader',
  arbitration: 'arbiter',
};

/** What is announced of a verdict: `outcome` is what holds after all verdicts. */
export function reviewedEvent(record: ExamRecord, review: Review): ExamReviewed {
  const { program, patient, exam } = record;
  return {
    type: 'ExamReviewed',
    id: review.id,
    at: review.at,
    exam: { program, patient, exam },
    machineOutcome: review.machine.outcome,
    verdict: review.outcome,
    outcome: reviewStateOf(record)?.outcome ?? null,
    role: ROLES[review.stage],
    ...(review.corrects === undefined ? {} : { corrects: review.corrects }),
  };
}
