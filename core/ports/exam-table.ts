import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamListing } from '../exams/exam-listing.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { ReviewStage } from '../exams/review.ts';
import type { ExamFacts } from './exam-facts.ts';
import type { ExamFilter } from './exam-filter.ts';
import type { Page, PageRequest } from './page.ts';

/**
 * Most entries of an index that one page reads, however few of them fit its filter: a page may hold fewer exams than
 * its limit, or none, and still have a cursor.
 */
export const MOST_ENTRIES_READ = 5_000;

/** Exams by what they are listed under, newest first unless asked otherwise. */
export interface ListingRequest extends PageRequest {
  readonly listings: readonly ExamListing[];
  readonly order?: 'newest-first' | 'oldest-first';
  /** ISO 8601, UTC, included. */
  readonly since?: string;
  /** ISO 8601, UTC, excluded. */
  readonly until?: string;
  readonly where?: ExamFilter;
}

/**
 * Exams that wait for a reader at one stage, the first to be due first, or by arrival where readers are blinded; or, `done`,
 * those that were read and need no more reading, by their last verdict's instant.
 */
export interface WorkListRequest extends PageRequest {
  readonly stage: ReviewStage | 'done';
  /** By the machine's outcome; all if left out. */
  readonly outcomes?: readonly Outcome[];
  /** Oldest first unless asked otherwise. */
  readonly order?: 'newest-first' | 'oldest-first';
  /** ISO 8601, UTC, included: deadlines, or instants of last verdicts. */
  readonly since?: string;
  /** ISO 8601, UTC, excluded. */
  readonly until?: string;
  readonly where?: ExamFilter;
}

/**
 * How long a tombstone is kept: longer than any message lives, those included that fell to a dead-letter queue at the end
 * of their fourteen days, and as long as the table's backups reach back.
 */
export const TOMBSTONE_DAYS = 35;

/** What is left of a patient after an erasure. */
export interface Tombstone {
  /** Id of the erasure, random. */
  readonly erasure: string;
  readonly at: Date;
}

/** When a tombstone is removed. */
export function tombstoneEnd({ at }: Tombstone): Date {
  return new Date(at.getTime() + TOMBSTONE_DAYS * 24 * 3_600_000);
}

/** State of exams: one record each, changed by conditional writes. No transactions, no counters, no scans. */
export interface ExamTable {
  /** Sees every write that returned before. */
  get(key: ExamKey): Promise<ExamRecord | undefined>;
  /**
   * Writes a record whose `revision` is the one it was read with (0: it must not exist yet).
   *
   * A new record says by `erasure` which erasure of its patient it came after: what `latestErasure` answered before its
   * images were looked at. So an image that was looked at before an erasure makes no exam after it:
   *
   * ```
   * intake:   latestErasure: none ── image found ─────────────────────────────── save ✗ PatientErasedError
   * erasure:                                      images removed ── tombstone ── records removed
   * ```
   *
   * @returns the record with its new revision
   * @throws RevisionConflictError if the stored revision is another, or was begun after another erasure
   * @throws PatientErasedError if the record is new and its patient was erased since
   */
  save(record: ExamRecord): Promise<ExamRecord>;
  /**
   * Removes a record for good.
   *
   * @throws RevisionConflictError if the stored revision is another, or there is none
   */
  remove(record: ExamRecord): Promise<void>;
  /**
   * The id of the patient's latest erasure; `null` if there was none, or its tombstone is no longer kept. Sees every
   * `putTombstone` that returned before.
   */
  latestErasure(program: string, patient: string): Promise<string | null>;
  /**
   * From now on, no new record of the patient is saved that was begun before this erasure. The tombstone names the
   * patient by a keyed hash, and is kept for `TOMBSTONE_DAYS`.
   */
  putTombstone(program: string, patient: string, erasure: Tombstone): Promise<void>;
  /** A patient's exams in the order of their ids. */
  listByPatient(program: string, patient: string, page: PageRequest): Promise<Page<ExamRecord>>;
  /** A program's exams by listing. May lag behind `get` by moments. */
  list(program: string, request: ListingRequest): Promise<Page<ExamRecord>>;
  /** The same exams by their facts alone: a tenth of the reading. */
  facts(program: string, request: ListingRequest): Promise<Page<ExamFacts>>;
  /** What waits for readers. May lag behind `get` by moments. */
  workList(program: string, request: WorkListRequest): Promise<Page<ExamRecord>>;
  /** How many exams a program has under each listing. */
  count(program: string): Promise<Readonly<Record<ExamListing, number>>>;
}
