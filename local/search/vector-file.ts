import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { Outcome } from '../../core/exams/outcome.ts';
import type { ExamOfProgram, IndexedExam } from '../../core/ports/index.ts';
import { makePrivateFile } from '../private-files.ts';
import { storageError } from '../storage-errors.ts';

const BUSY_MILLISECONDS = 15_000;

/** What is erased is overwritten; what a crash cuts off is written again from the events. */
const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS vectors (
  program TEXT NOT NULL,
  patient TEXT NOT NULL,
  exam TEXT NOT NULL,
  model TEXT NOT NULL,
  outcome TEXT NOT NULL,
  screened_at TEXT NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (program, patient, exam)
) STRICT;
CREATE INDEX IF NOT EXISTS vectors_by_model ON vectors (program, model);
CREATE TABLE IF NOT EXISTS followed (reader TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** One stored vector, and its place in the order of all. */
export type StoredVector = Pick<IndexedExam, 'outcome' | 'vector'> &
  IndexedExam['key'] & { readonly place: number };

/** Bytes as float32, copied to where they are aligned. */
function floats(blob: SQLOutputValue | undefined): Float32Array {
  if (!(blob instanceof Uint8Array)) return new Float32Array();
  return new Float32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength));
}

/**
 * The vectors of a data folder in a file of their own, `search.sqlite`. It holds nothing that is not elsewhere: whoever
 * deletes it gets it back from the events and the feature shards.
 */
export class VectorFile {
  readonly #connection: DatabaseSync;

  /** @throws LocalError if the file cannot be opened */
  constructor(file: string, directory: string) {
    try {
      makePrivateFile(file);
      this.#connection = new DatabaseSync(file, { timeout: BUSY_MILLISECONDS });
      this.#connection.exec(SCHEMA);
    } catch (error) {
      throw storageError(error, directory);
    }
  }

  put(exams: readonly IndexedExam[]): void {
    const insert = this.#connection.prepare(
      `INSERT OR REPLACE INTO vectors (program, patient, exam, model, outcome, screened_at, vector)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#transaction(() => {
      for (const { key, model, outcome, screenedAt, vector } of exams) {
        const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
        insert.run(key.program, key.patient, key.exam, model, outcome, screenedAt, bytes);
      }
    });
  }

  remove(program: string, patient: string, exams: readonly string[]): void {
    const erase = this.#connection.prepare(
      'DELETE FROM vectors WHERE program = ? AND patient = ? AND exam = ?',
    );
    this.#transaction(() => {
      for (const exam of exams) erase.run(program, patient, exam);
    });
    // The log of writes still holds what was there.
    this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  vectorOf(program: string, patient: string, exam: string, model: string): Float32Array | undefined {
    const row = this.#connection
      .prepare('SELECT vector FROM vectors WHERE program = ? AND patient = ? AND exam = ? AND model = ?')
      .get(program, patient, exam, model);
    return row === undefined ? undefined : floats(row.vector);
  }

  count(program: string, model: string): number {
    const row = this.#connection
      .prepare('SELECT count(*) AS vectors FROM vectors WHERE program = ? AND model = ?')
      .get(program, model);
    return Number(row?.vectors);
  }

  /** The next vectors after a place; 0 begins at the first. What is written meanwhile comes at the end. */
  page(program: string, model: string, after: number, limit: number): StoredVector[] {
    const rows = this.#connection
      .prepare(
        `SELECT rowid AS place, patient, exam, outcome, vector FROM vectors
         WHERE program = ? AND model = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
      )
      .all(program, model, after, limit);
    return rows.map(({ place, patient, exam, outcome, vector }) => ({
      place: Number(place),
      program,
      patient: String(patient),
      exam: String(exam),
      outcome: outcome as Outcome,
      vector: floats(vector),
    }));
  }

  /** A program's exams behind a place, of whatever model; 0 begins at the first. */
  exams(program: string, after: number, limit: number): (ExamOfProgram & { readonly place: number })[] {
    const rows = this.#connection
      .prepare(
        'SELECT rowid AS place, patient, exam FROM vectors WHERE program = ? AND rowid > ? ORDER BY rowid LIMIT ?',
      )
      .all(program, after, limit);
    return rows.map(({ place, patient, exam }) => ({
      place: Number(place),
      patient: String(patient),
      exam: String(exam),
    }));
  }

  has(program: string, patient: string, exam: string, model: string): boolean {
    const sql = 'SELECT 1 FROM vectors WHERE program = ? AND patient = ? AND exam = ? AND model = ?';
    return this.#connection.prepare(sql).get(program, patient, exam, model) !== undefined;
  }

  /** How far somebody has followed the events; 0 in a new file. */
  followed(reader: string): number {
    const row = this.#connection.prepare('SELECT sequence FROM followed WHERE reader = ?').get(reader);
    return Number(row?.sequence ?? 0);
  }

  follow(reader: string, sequence: number): void {
    this.#connection
      .prepare('INSERT OR REPLACE INTO followed (reader, sequence) VALUES (?, ?)')
      .run(reader, sequence);
  }

  /** Writes the file again: of removed vectors nothing stays, not even in pages that were put in order. */
  rebuild(): void {
    this.#connection.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (this.#connection.isOpen) this.#connection.close();
  }

  #transaction(work: () => void): void {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw error;
    }
  }
}
