import { InvalidInputError } from '../../core/errors.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing, type ExamRecord, listingOf } from '../../core/exams/exam-record.ts';
import { revisionConflict } from '../../core/exams/update-exam.ts';
import type { ExamTable, ListingRequest, Page, PageRequest } from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import type { Database, Row } from '../database/database.ts';
import { recordOf } from './stored-record.ts';

/** Where an exam stands in a list that is sorted by time; the key breaks ties. */
interface Place {
  readonly id: number;
  readonly at: number;
  readonly patient: string;
  readonly exam: string;
}

const BEFORE_ALL = -8.64e15;
const AFTER_ALL = 8.64e15;

function instant(what: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw new InvalidInputError(`Expected "${what}" as ISO 8601 but received ${JSON.stringify(text)}.`);
  }
  return at;
}

/** The order of UTF-8 bytes is that of code points, which JavaScript's own is not. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function comparePlaces(a: Place, b: Place): number {
  return a.at - b.at || compareText(a.patient, b.patient) || compareText(a.exam, b.exam);
}

/** Exams in the data folder's database, one row each, written on condition of their revision. */
export class LocalExamTable implements ExamTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
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
    const { listing, at } = listingOf(saved);
    const columns = [saved.revision, listing, instant('listed', at, 0), JSON.stringify(saved)] as const;
    const key = [saved.program, saved.patient, saved.exam] as const;
    return this.#database.write('durable', () => {
      const written =
        record.revision === 0
          ? this.#database.run(
              `INSERT INTO exams (revision, listing, listed_at, record, program, patient, exam)
               VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
              ...columns,
              ...key,
            )
          : this.#database.run(
              `UPDATE exams SET revision = ?, listing = ?, listed_at = ?, record = ?
               WHERE program = ? AND patient = ? AND exam = ? AND revision = ?`,
              ...columns,
              ...key,
              record.revision,
            );
      if (written === 0) throw revisionConflict(record);
      return saved;
    });
  }

  async listByPatient(program: string, patient: string, page: PageRequest): Promise<Page<ExamRecord>> {
    checkLimit(page.limit);
    const list = JSON.stringify(['patient', program, patient]);
    const [after] = decodeCursor(list, page.cursor) ?? [];
    const rows = this.#database.all(
      'SELECT * FROM exams WHERE program = ? AND patient = ? AND exam > ? ORDER BY exam LIMIT ?',
      program,
      patient,
      after ?? '',
      page.limit + 1,
    );
    const items = rows.slice(0, page.limit).map((row) => recordOf(row, this.#database.directory));
    const last = items.at(-1);
    return rows.length > page.limit && last ? { items, cursor: encodeCursor(list, [last.exam]) } : { items };
  }

  async list(program: string, request: ListingRequest): Promise<Page<ExamRecord>> {
    checkLimit(request.limit);
    const listings = [...new Set(request.listings)].toSorted();
    const newestFirst = request.order !== 'oldest-first';
    const list = JSON.stringify(['listing', program, listings, newestFirst]);
    const cursor = decodeCursor(list, request.cursor);
    const places = listings
      .flatMap((listing) => this.#places(program, listing, request, newestFirst, cursor))
      .sort(newestFirst ? (a, b) => comparePlaces(b, a) : comparePlaces);
    const shown = places.slice(0, request.limit);
    const items = shown.flatMap(({ id }) => {
      const row = this.#database.get('SELECT * FROM exams WHERE id = ?', id);
      return row === undefined ? [] : [recordOf(row, this.#database.directory)];
    });
    const last = shown.at(-1);
    return places.length > request.limit && last
      ? { items, cursor: encodeCursor(list, [last.at, last.patient, last.exam]) }
      : { items };
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

  /** The next places of one listing: enough for a whole page and one more, should all come from it. */
  #places(
    program: string,
    listing: ExamListing,
    request: ListingRequest,
    newestFirst: boolean,
    cursor: readonly (string | number)[] | undefined,
  ): readonly Place[] {
    const since = instant('since', request.since, BEFORE_ALL);
    const until = instant('until', request.until, AFTER_ALL);
    const [comparison, direction] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
    const [at, patient, exam] = cursor ?? [newestFirst ? AFTER_ALL : BEFORE_ALL, '', ''];
    const rows: readonly Row[] = this.#database.all(
      `SELECT id, listed_at, patient, exam FROM exams
       WHERE program = ? AND listing = ? AND listed_at >= ? AND listed_at < ?
         AND (listed_at, patient, exam) ${comparison} (?, ?, ?)
       ORDER BY listed_at ${direction}, patient ${direction}, exam ${direction} LIMIT ?`,
      program,
      listing,
      since,
      until,
      at ?? 0,
      patient ?? '',
      exam ?? '',
      request.limit + 1,
    );
    return rows.map((row) => ({
      id: Number(row.id),
      at: Number(row.listed_at),
      patient: String(row.patient),
      exam: String(row.exam),
    }));
  }
}
