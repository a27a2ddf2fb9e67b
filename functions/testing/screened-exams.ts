import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from '../../core/exams/review-settings.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';

const START = Date.parse('2026-05-01T00:00:00.000Z');

/** Stores exams that were screened one minute after the other, without the pipeline. */
export async function screenedExams(
  table: ExamTable,
  exams: readonly (readonly [ExamKey, Outcome])[],
  review = DEFAULT_REVIEW_SETTINGS,
): Promise<void> {
  for (const [index, [key, outcome]] of exams.entries()) {
    const at = new Date(START + index * 60_000).toISOString();
    const record = screenedExam(registeredExam(key, at), outcome, at);
    await table.save({ ...record, reading: readingOf(review, key, { outcome, screenedAt: at }) });
  }
}
