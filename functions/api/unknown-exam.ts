import type { ExamKey } from '../../core/exams/exam-key.ts';
import { ApiError } from './problem.ts';

/** The answer where a program has no such exam. */
export function unknownExam({ program, patient, exam }: ExamKey): ApiError {
  return new ApiError(404, `Program "${program}" has no exam "${exam}" of patient "${patient}".`);
}
