import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { InvalidInputError } from '../errors.ts';
import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type IndexEntry, type IndexRange, indexEntry, indexOf } from './exam-index.ts';
import { IndexedExamTable } from './indexed-exam-table.ts';

/** A table in memory whose index was written before its records were changed. */
class LaggingTable extends IndexedExamTable {
  readonly #indexed: readonly ExamRecord[];
  readonly #present: ReadonlyMap<string, ExamRecord>;
  readonly #patients: readonly ExamRecord[];

  constructor(indexed: readonly ExamRecord[], present: readonly ExamRecord[]) {
    super();
    this.#indexed = indexed;
    this.#present = new Map(present.map((record) => [examName(record), record]));
    this.#patients = present;
  }

  protected async readRange(range: IndexRange): Promise<readonly IndexEntry[]> {
    const { index, part, from, to, after = '', descending, limit } = range;
    const entries = this.#indexed.flatMap((record) => {
      const { listing, workList, facts } = indexOf(record);
      const place = index === 'listing' ? listing : workList;
      return place === null ? [] : [indexEntry(place.part, place.sort, facts)];
    });
    const fits = ({ sort }: IndexEntry) =>
      sort >= from && sort < to && (after === '' || (descending ? sort < after : sort > after));
    return entries
      .filter((entry) => entry.part === part && fits(entry))
      .toSorted((a, b) => (a.sort < b.sort === descending ? 1 : -1))
      .slice(0, limit);
  }

  protected async readRecords(keys: readonly ExamKey[]): Promise<readonly (ExamRecord | undefined)[]> {
    return keys.map((key) => this.#present.get(examName(key)));
  }

  protected async readPatient(program: string, patient: string, after: string | undefined, limit: number) {
    return this.#patients
      .filter((record) => record.program === program && record.patient === patient)
      .filter(({ exam }) => after === undefined || exam > after)
      .slice(0, limit);
  }
}

function exam(patient: string, name: string, day: number): ExamRecord {
  const waiting = registeredExam({ program: 'north', patient, exam: name }, '2026-05-01T00:00:00.000Z');
  return screenedExam(waiting, 'refer', `2026-05-0${day}T00:00:00.000Z`);
}

const P1 = ['A', 'B', 'C'].map((name, index) => exam('P1', name, 2 + index));
const P2 = exam('P2', 'A', 6);
const ALL = [...P1, P2];
const table = new LaggingTable(ALL, ALL);
const names = (records: readonly ExamRecord[]) => records.map(({ patient, exam: name }) => patient + name);

describe("a patient's exams", () => {
  it.each([
    [1, [['P1A'], ['P1B'], ['P1C']]],
    [2, [['P1A', 'P1B'], ['P1C']]],
    [3, [['P1A', 'P1B', 'P1C']]],
  ])('come %i a page, and the last page has no cursor', async (limit, expected) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await table.listByPatient('north', 'P1', { limit, cursor });
      pages.push(names(page.items));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(pages).toEqual(expected);
  });

  it('are none of an unknown patient, and none on a page without room', async () => {
    expect(await table.listByPatient('north', 'P9', { limit: 2 })).toEqual({ items: [] });
    await expect(table.listByPatient('north', 'P1', { limit: 0 })).rejects.toThrow(InvalidInputError);
  });

  it.each([
    ['north', 'P2'],
    ['south', 'P1'],
  ])("are not gone on with by the cursor of another's: %s %s", async (program, patient) => {
    const { cursor } = await table.listByPatient('north', 'P1', { limit: 1 });
    const other = table.listByPatient(program, patient, { limit: 1, cursor });
    await expect(other).rejects.toThrow(InvalidInputError);
  });
});

describe('what an index lists that lags behind', () => {
  const moved = screenedExam(
    registeredExam(P2, '2026-05-01T00:00:00.000Z'),
    'recall',
    '2026-05-06T00:00:00.000Z',
  );
  const [first, second] = P1 as [ExamRecord, ExamRecord];
  const lagging = new LaggingTable(ALL, [first, second, moved]);

  it.each(['list', 'workList'] as const)('is given only as far as it still holds: %s', async (call) => {
    const request = { listings: ['refer'], stage: 'first', order: 'oldest-first', limit: 9 } as const;
    expect(names((await lagging[call]('north', request)).items)).toEqual(['P1A', 'P1B']);
    expect(names((await table[call]('north', request)).items)).toEqual(['P1A', 'P1B', 'P1C', 'P2A']);
  });

  it.each(['list', 'workList', 'facts'] as const)('goes on behind what was left out: %s', async (call) => {
    const request = { listings: ['refer'], stage: 'first', order: 'oldest-first', limit: 2 } as const;
    const page = await lagging[call]('north', request);
    const rest = await lagging[call]('north', { ...request, cursor: page.cursor });
    const patients = [...page.items, ...rest.items].map(({ patient }) => patient);
    expect(patients).toEqual(call === 'facts' ? ['P1', 'P1', 'P1', 'P2'] : ['P1', 'P1']);
    expect(rest.cursor).toBeUndefined();
  });
});
