import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import {
  type ExamIndex,
  type IndexEntry,
  type IndexRange,
  indexEntry,
  indexOf,
} from '../../core/lists/exam-index.ts';
import { IndexedExamTable } from '../../core/lists/indexed-exam-table.ts';
import { tombstoneEnd } from '../../core/ports/exam-table.ts';
import type { ExamTable, ObjectStore, Tombstone } from '../../core/ports/index.ts';
import type { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import { keepRecord } from '../../core/records/kept-record.ts';
import { patientErased, revisionConflict } from '../../core/records/update-exam.ts';
import type { Database } from '../database/database.ts';
import { recordOf } from './stored-record.ts';

/** Columns of an index, and the index that must serve it: a query that it cannot serve is an error. */
const INDEXES: Readonly<Record<ExamIndex, { readonly part: string; readonly sort: string; name: string }>> = {
  listing: { name: 'exams_by_listing', part: 'listing', sort: 'listed_at' },
  'work-list': { name: 'exams_by_work_list', part: 'work_list', sort: 'due_at' },
};

/** Exams in the data folder's database, one row each, written on condition of their revision. Nothing here scans. */
export class LocalExamTable extends IndexedExamTable implements ExamTable {
  readonly #database: Database;
  readonly #pseudonyms: PseudonymHash;

  constructor(database: Database, pseudonyms: PseudonymHash) {
    super();
    this.#database = database;
    this.#pseudonyms = pseudonyms;
  }

  async get(key: ExamKey): Promise<ExamRecord | undefined> {
    const row = this.#database.get(
      'SELECT * FROM exams WHERE program = ? AND patient = ? AND exam = ?',
      key.program,
      key.patient,
      key.exam,
    );
    return row === undefined ? undefined : recordOf(row, this.#database.directory);
  }

  async save(record: ExamRecord): Promise<ExamRecord> {
    const saved: ExamRecord = { ...record, revision: record.revision + 1 };
    const { listing, workList, facts } = indexOf(saved);
    const columns = [
      saved.revision,
      listing.part,
      listing.sort,
      workList?.part ?? null,
      workList?.sort ?? null,
      facts,
      JSON.stringify(saved),
    ] as const;
    const key = [saved.program, saved.patient, saved.exam] as const;
    const erasure = record.erasure ?? null;
    const hash =
      record.revision === 0 ? await this.#pseudonyms.ofPatient(record.program, record.patient) : null;
    return this.#database.write('durable', () => {
      if (hash !== null && this.#erasureOf(hash) !== erasure) throw patientErased(record);
      const written =
        record.revision === 0
          ? this.#database.run(
              `INSERT INTO exams
                 (revision, listing, listed_at, work_list, due_at, facts, record, program, patient, exam)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
              ...columns,
              ...key,
            )
          : this.#database.run(
              `UPDATE exams
               SET revision = ?, listing = ?, listed_at = ?, work_list = ?, due_at = ?, facts = ?, record = ?
               WHERE program = ? AND patient = ? AND exam = ? AND revision = ? AND record ->> '$.erasure' IS ?`,
              ...columns,
              ...key,
              record.revision,
              erasure,
            );
      if (written === 0) throw revisionConflict(record);
      return saved;
    });
  }

  /** Adds a record at the revision that it had, unless its exam has one. For code that makes the table again. */
  async restore(record: ExamRecord): Promise<void> {
    const { listing, workList, facts } = indexOf(record);
    await this.#database.write('durable', () => {
      this.#database.run(
        `INSERT INTO exams
           (revision, listing, listed_at, work_list, due_at, facts, record, program, patient, exam)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        record.revision,
        listing.part,
        listing.sort,
        workList?.part ?? null,
        workList?.sort ?? null,
        facts,
        JSON.stringify(record),
        record.program,
        record.patient,
        record.exam,
      );
    });
  }

  /**
   * Keeps in the store what people have said of exams, where a former release kept it in the table alone. Done once for
   * each exam, whatever comes in between.
   */
  async keepFormerWork(store: Pick<ObjectStore, 'put'>): Promise<void> {
    for (;;) {
      const rows = this.#database.all(
        `SELECT noted.id AS noted, exams.* FROM unkept_exams AS noted LEFT JOIN exams ON exams.id = noted.id
         ORDER BY noted.id LIMIT 100`,
      );
      if (rows.length === 0) return;
      for (const row of rows)
        if (row.id !== null) await keepRecord(store, recordOf(row, this.#database.directory));
      await this.#database.write('relaxed', () => {
        for (const { noted } of rows) this.#database.run('DELETE FROM unkept_exams WHERE id = ?', noted ?? 0);
      });
    }
  }

  async remove(record: ExamRecord): Promise<void> {
    const { program, patient, exam, revision } = record;
    await this.#database.write('durable', () => {
      const removed = this.#database.run(
        `DELETE FROM exams
         WHERE program = ? AND patient = ? AND exam = ? AND revision = ? AND record ->> '$.erasure' IS ?`,
        program,
        patient,
        exam,
        revision,
        record.erasure ?? null,
      );
      if (removed === 0) throw revisionConflict(record);
    });
  }

  async latestErasure(program: string, patient: string): Promise<string | null> {
    return this.#erasureOf(await this.#pseudonyms.ofPatient(program, patient));
  }

  /** Takes those away whose time is over, too: no other home removes them for us. */
  async putTombstone(program: string, patient: string, tombstone: Tombstone): Promise<void> {
    const hash = await this.#pseudonyms.ofPatient(program, patient);
    await this.#database.write('durable', () => {
      this.#database.run('DELETE FROM tombstones WHERE ends_at <= ?', tombstone.at.getTime());
      this.#database.run(
        'INSERT OR REPLACE INTO tombstones (patient, erasure, ends_at) VALUES (?, ?, ?)',
        hash,
        tombstone.erasure,
        tombstoneEnd(tombstone).getTime(),
      );
    });
  }

  async count(program: string): Promise<Readonly<Record<ExamListing, number>>> {
    const rows = this.#database.all(
      'SELECT listing, count(*) AS exams FROM exams WHERE program = ? GROUP BY listing',
      program,
    );
    const counted = new Map(rows.map((row) => [String(row.listing), Number(row.exams)]));
    const entries = EXAM_LISTINGS.map((listing) => [listing, counted.get(listing) ?? 0] as const);
    return Object.fromEntries(entries) as Record<ExamListing, number>;
  }

  #erasureOf(hash: string): string | null {
    const row = this.#database.get('SELECT erasure FROM tombstones WHERE patient = ?', hash);
    return row === undefined ? null : String(row.erasure);
  }

  protected async readPatient(
    program: string,
    patient: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ExamRecord[]> {
    const rows = this.#database.all(
      'SELECT * FROM exams WHERE program = ? AND patient = ? AND exam > ? ORDER BY exam LIMIT ?',
      program,
      patient,
      after ?? '',
      limit,
    );
    return rows.map((row) => recordOf(row, this.#database.directory));
  }

  protected readRecords(keys: readonly ExamKey[]): Promise<readonly (ExamRecord | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  /** Reads the index alone, which covers all that is selected. */
  protected async readRange(range: IndexRange): Promise<readonly IndexEntry[]> {
    const { program, index, part, from, to, after, descending, limit } = range;
    const { name, part: partColumn, sort: sortColumn } = INDEXES[index];
    // One bound on each side: of two, SQLite seeks by the first and walks from there to the second, so that a page far
    // down would cost as much as all pages before it.
    const goesOn = after !== undefined && (descending ? after < to : after >= from);
    const low = goesOn && !descending ? after : from;
    const high = goesOn && descending ? after : to;
    const rows = this.#database.all(
      `SELECT ${sortColumn} AS sort, facts FROM exams INDEXED BY ${name}
       WHERE program = ? AND ${partColumn} = ? AND ${sortColumn} ${low === after ? '>' : '>='} ? AND ${sortColumn} < ?
       ORDER BY ${sortColumn} ${descending ? 'DESC' : 'ASC'} LIMIT ?`,
      program,
      part,
      low,
      high,
      limit,
    );
    return rows.map((row) => indexEntry(part, String(row.sort), String(row.facts)));
  }
}
