import { examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { examRecordOf } from '../../core/exams/read-record.ts';
import type { Row } from '../database/database.ts';
import { StorageDamagedError } from '../errors.ts';

function isRecordOf(row: Row, record: ExamRecord): boolean {
  return (
    record.program === row.program &&
    record.patient === row.patient &&
    record.exam === row.exam &&
    record.revision === row.revision
  );
}

/**
 * Reads an exam's row, of any form that was ever written, once it proves to be this exam's at this revision.
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
  const record = examRecordOf(content);
  if (record !== null && isRecordOf(row, record)) return record;
  const key = { program: String(row.program), patient: String(row.patient), exam: String(row.exam) };
  throw new StorageDamagedError(
    `The record of exam ${examName(key)} in data folder "${directory}" is damaged. Restore a backup into a new folder (retclip restore), or have the database made again from the store (retclip local --rebuild).`,
  );
}
