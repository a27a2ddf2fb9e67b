import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamListing, ExamRecord } from '../exams/exam-record.ts';
import type { Page, PageRequest } from './page.ts';

/** Exams by what they are listed under, newest first unless asked otherwise. */
export interface ListingRequest extends PageRequest {
  readonly listings: readonly ExamListing[];
  readonly order?: 'newest-first' | 'oldest-first';
  /** ISO 8601, UTC, included. */
  readonly since?: string;
  /** ISO 8601, UTC, excluded. */
  readonly until?: string;
}

/** State of exams: one record each, changed by conditional writes. No transactions, no counters. */
export interface ExamTable {
  /** Sees every write that returned before. */
  get(key: ExamKey): Promise<ExamRecord | undefined>;
  /**
   * Writes a record whose `revision` is the one it was read with (0: it must not exist yet).
   *
   * @returns the record with its new revision
   * @throws RevisionConflictError if the stored revision is another
   */
  save(record: ExamRecord): Promise<ExamRecord>;
  /** A patient's exams in the order of their ids. */
  listByPatient(program: string, patient: string, page: PageRequest): Promise<Page<ExamRecord>>;
  /** A program's exams by listing. May lag behind `get` by moments. */
  list(program: string, request: ListingRequest): Promise<Page<ExamRecord>>;
  /** How many exams a program has under each listing. */
  count(program: string): Promise<Readonly<Record<ExamListing, number>>>;
}
