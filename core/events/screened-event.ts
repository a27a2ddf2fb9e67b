import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import type { ExamScreened } from '../messages/domain-event.ts';

/** @param id of the announcement, where it is another one than that of the screening itself */
export function screenedEvent(
  { program, patient, exam }: ExamKey,
  { requestId, screenedAt, outcome }: ExamResult,
  id: string = requestId,
): ExamScreened {
  return { type: 'ExamScreened', id, at: screenedAt, exam: { program, patient, exam }, outcome };
}
