import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamFacts } from '../ports/exam-facts.ts';
import type { ListingRequest, WorkListRequest } from '../ports/exam-table.ts';
import type { Page, PageRequest } from '../ports/page.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../ports/page-cursor.ts';
import {
  type IndexEntry,
  type IndexQuery,
  type IndexRange,
  listingQuery,
  workListQuery,
} from './exam-index.ts';
import { readExamIndex } from './read-exam-index.ts';

/** The lists of an exam table, page by page, over what a home reads of its index and of its records. */
export abstract class IndexedExamTable {
  /** Entries of one part of an index, in its order. */
  protected abstract readRange(range: IndexRange): Promise<readonly IndexEntry[]>;

  /** Records in the order of their keys; `undefined` for one that is gone. At least as new as the index. */
  protected abstract readRecords(keys: readonly ExamKey[]): Promise<readonly (ExamRecord | undefined)[]>;

  /** Exams of one patient by name, behind `after`, at most `limit`. */
  protected abstract readPatient(
    program: string,
    patient: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ExamRecord[]>;

  async listByPatient(program: string, patient: string, page: PageRequest): Promise<Page<ExamRecord>> {
    checkLimit(page.limit);
    const list = JSON.stringify(['patient', program, patient]);
    const [after] = decodeCursor(list, page.cursor) ?? [];
    const found = await this.readPatient(
      program,
      patient,
      after === undefined ? undefined : String(after),
      page.limit + 1,
    );
    const items = found.slice(0, page.limit);
    const last = items.at(-1);
    return found.length > page.limit && last ? { items, cursor: encodeCursor(list, [last.exam]) } : { items };
  }

  list(program: string, request: ListingRequest): Promise<Page<ExamRecord>> {
    return this.#records(program, listingQuery(request), request);
  }

  workList(program: string, request: WorkListRequest): Promise<Page<ExamRecord>> {
    return this.#records(program, workListQuery(request), request);
  }

  async facts(program: string, request: ListingRequest): Promise<Page<ExamFacts>> {
    const { items, ...rest } = await this.#entries(program, listingQuery(request), request);
    return { items: items.map(({ facts }) => facts), ...rest };
  }

  #entries(program: string, query: IndexQuery, page: PageRequest): Promise<Page<IndexEntry>> {
    return readExamIndex(program, query, page, (range) => this.readRange(range));
  }

  async #records(program: string, query: IndexQuery, page: PageRequest): Promise<Page<ExamRecord>> {
    const { items, ...rest } = await this.#entries(program, query, page);
    const keys = items.map(({ facts: { patient, exam } }) => ({ program, patient, exam }));
    const records = await this.readRecords(keys);
    return { items: records.flatMap((record) => (record && query.holds(record) ? [record] : [])), ...rest };
  }
}
