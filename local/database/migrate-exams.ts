import type { DatabaseSync } from 'node:sqlite';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { examRecordOf } from '../../core/exams/read-record.ts';
import { indexOf } from '../../core/lists/exam-index.ts';

/** Rows brought over at once: memory does not depend on how many exams there are. */
const ROWS = 500;

function recordOf(text: string): ExamRecord | null {
  try {
    return examRecordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Brings every exam's record into its present form and lists it again: until format 3, records were `exam/1` and exams
 * were listed by what the machine had decided.
 */
export function migrateExams(database: DatabaseSync): void {
  const read = database.prepare('SELECT id, record FROM exams WHERE id > ? ORDER BY id LIMIT ?');
  const write = database.prepare(
    'UPDATE exams SET listing = ?, listed_at = ?, work_list = ?, due_at = ?, facts = ?, record = ? WHERE id = ?',
  );
  for (let last = 0; ; ) {
    const rows = read.all(last, ROWS);
    if (rows.length === 0) return;
    for (const { id, record: text } of rows) {
      last = Number(id);
      const record = recordOf(String(text));
      // A damaged record stays as it is: who asks for its exam is told.
      if (record === null) continue;
      const { listing, workList, facts } = indexOf(record);
      const places = [listing.part, listing.sort, workList?.part ?? null, workList?.sort ?? null] as const;
      write.run(...places, facts, JSON.stringify(record), last);
    }
  }
}
