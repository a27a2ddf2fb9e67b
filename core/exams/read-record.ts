import type { ExamRecord } from './exam-record.ts';
import { fromExam1 } from './former/exam-1.ts';

/**
 * Reads a stored record of any form that was ever written. A present one is trusted: only `save` writes records, and a
 * full validation would cost more than the read.
 *
 * @returns `null` if the content is something else than an exam's record
 */
export function examRecordOf(content: unknown): ExamRecord | null {
  if (typeof content !== 'object' || content === null || !('schema' in content)) return null;
  if (content.schema === 'exam/2') return content as ExamRecord;
  if (content.schema !== 'exam/1') return null;
  try {
    return fromExam1(content);
  } catch {
    return null;
  }
}
