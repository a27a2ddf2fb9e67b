import { examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Row } from '../database/database.ts';
import { StorageDamagedError } from '../errors.ts';

function isRecordOf(row: Row, content: unknown): content is ExamRecord {
  if (typeof content !== 'object' || content === null) return false;
  const record: Partial<Record<keyof ExamRecord, unknown>> = content;
  return (
    record.schema === 'exam/1' &&
    record.program === row.program &&
    record.patient === row.patient &&
    record.exam === row.exam &&
    record.revision === row.revision
  );
}

/**
 * Reads an exam's row. Only `save` writes rows, so its JSON is trusted once it proves to be this exam's at this
 * revision: a full validation would cost more than the read.
 *
 * @throws StorageDamagedError naming the exam
 */
export function recordOf(row: Row, directory: string): ExamRecord {
  let content: unknown;
  try {
    content = JSON.parse(String(row.record));
  } catch {
    content = undefined;
  }
  if (isRecordOf(row, content)) return content;
  const key = { program: String(row.program), patient: String(row.patient), exam: String(row.exam) };
  throw new StorageDamagedError(
    `The record of exam ${examName(key)} in data folder "${directory}" is damaged. Restore the folder from a backup.`,
  );
}
