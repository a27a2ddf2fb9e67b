import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { type ListingRequest, MOST_ENTRIES_READ } from '../ports/exam-table.ts';
import type { PageRequest } from '../ports/page.ts';
import { type IndexEntry, type IndexRange, listingQuery } from './exam-index.ts';
import { readExamIndex } from './read-exam-index.ts';

const SEPARATOR = '\u0001';

/** The `second`th instant of a day. */
function instant(second: number): string {
  return new Date(Date.UTC(2026, 4, 1) + second * 1000).toISOString();
}

function entry(part: string, second: number, patient: string, model = 'm1'): IndexEntry {
  const facts = {
    ...{ patient, exam: '1', listing: part, at: instant(second) },
    ...{ model, labels: {}, ungradable: [], readers: [], reviewed: null },
  };
  return { part, sort: [instant(second), patient, '1'].join(SEPARATOR), facts } as never;
}

/** An index in memory, that counts what is read of it. */
function indexOf(entries: readonly IndexEntry[]) {
  const reads: IndexRange[] = [];
  const read = async (range: IndexRange): Promise<readonly IndexEntry[]> => {
    reads.push(range);
    const { part, from, to, after, descending, limit } = range;
    const inOrder = entries
      .filter((other) => other.part === part && other.sort >= from && other.sort < to)
      .toSorted((a, b) => (a.sort < b.sort ? -1 : 1));
    const directed = descending ? inOrder.toReversed() : inOrder;
    const beyond = directed.filter(
      ({ sort }) => after === undefined || (descending ? sort < after : sort > after),
    );
    return beyond.slice(0, limit);
  };
  return { reads, read };
}

async function pageOf(
  entries: readonly IndexEntry[],
  request: Partial<ListingRequest> & PageRequest,
  { reads, read } = indexOf(entries),
) {
  const query = listingQuery({ listings: ['recall', 'refer'], order: 'oldest-first', ...request });
  const { items, cursor } = await readExamIndex('north', query, request, read);
  return { patients: items.map(({ facts }) => facts.patient), cursor, reads };
}

const MERGED = [
  entry('recall', 1, 'P1'),
  entry('refer', 2, 'P2'),
  entry('refer', 3, 'P3'),
  entry('recall', 4, 'P4'),
  entry('refer', 5, 'P5'),
];

describe('a page of several parts of an index', () => {
  it('merges them in order, both ways', async () => {
    expect((await pageOf(MERGED, { limit: 9 })).patients).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
    const newest = await pageOf(MERGED, { limit: 9, order: 'newest-first' });
    expect(newest.patients).toEqual(['P5', 'P4', 'P3', 'P2', 'P1']);
  });

  it.each(['oldest-first', 'newest-first'] as const)(
    'goes on behind its cursor without losing or repeating an exam, %s',
    async (order) => {
      const expected = (await pageOf(MERGED, { limit: 9, order })).patients;
      for (const limit of [1, 2, 3, 4, 5]) {
        const found: string[][] = [];
        let cursor: string | undefined;
        do {
          const page = await pageOf(MERGED, { limit, order, cursor });
          found.push(page.patients);
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(found.flat()).toEqual(expected);
        expect(found.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
      }
    },
  );

  it('has a cursor only if an exam is left', async () => {
    expect((await pageOf(MERGED, { limit: 5 })).cursor).toBeUndefined();
    expect((await pageOf(MERGED, { limit: 4 })).cursor).toBeDefined();
    expect((await pageOf([], { limit: 1 })).cursor).toBeUndefined();
  });

  it('breaks ties of the instant by the UTF-8 bytes of what follows', async () => {
    // UTF-16 code units would sort the emoji (0xD83D) before the private-use letter (0xE000).
    const tied = ['\u{1F441}', '\uE000', 'b', 'a', 'B'].map((patient) => entry('recall', 1, patient));
    const halves = tied.map((other, index) => ({ ...other, part: index % 2 === 0 ? 'recall' : 'refer' }));
    const read = async ({ part }: IndexRange) =>
      halves
        .filter((other) => other.part === part)
        .toSorted((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
    const page = await pageOf([], { limit: 9 }, { reads: [], read });
    expect(page.patients).toEqual(['B', 'a', 'b', '\uE000', '\u{1F441}']);
  });

  it('reads a part in chunks, the first as large as the page', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      entry('recall', index, `P${String(index).padStart(4, '0')}`, index >= 1_190 ? 'm2' : 'm1'),
    );
    const request = { listings: ['recall' as const], where: { model: 'm2' }, limit: 3 };
    const { patients, reads } = await pageOf(many, request);
    expect(patients).toEqual(['P1190', 'P1191', 'P1192']);
    expect(reads.map(({ limit }) => limit)).toEqual([4, 500, 500, 500]);
    expect(reads.map(({ after }) => after?.slice(0, 24))).toEqual([
      undefined,
      instant(3),
      instant(503),
      instant(1_003),
    ]);
  });

  it('refuses a limit that no page has, and a cursor of another list', async () => {
    for (const limit of [0, -1, 1.5, 1_001]) {
      await expect(pageOf(MERGED, { limit })).rejects.toThrow(InvalidInputError);
    }
    expect((await pageOf(MERGED, { limit: 1_000 })).patients).toHaveLength(5);
    const { cursor } = await pageOf(MERGED, { limit: 1 });
    const other = pageOf(MERGED, { limit: 1, cursor, where: { model: 'm1' } });
    await expect(other).rejects.toThrow(InvalidInputError);
  });
});

describe('a filter that hardly any exam passes', () => {
  const many = Array.from({ length: MOST_ENTRIES_READ + 2 }, (_, index) =>
    entry('recall', index, `P${String(index).padStart(5, '0')}`, index > MOST_ENTRIES_READ ? 'm2' : 'm1'),
  );
  const request = { listings: ['recall' as const], where: { model: 'm2' }, limit: 2 };

  it('ends a page after the most entries that one reads, with the cursor to go on by', async () => {
    expect(MOST_ENTRIES_READ).toBe(5_000);
    const first = await pageOf(many, request);
    expect(first.patients).toEqual([]);
    expect(first.cursor).toBeDefined();
    const second = await pageOf(many, { ...request, cursor: first.cursor });
    expect(second).toMatchObject({ patients: ['P05001'], cursor: undefined });
  });

  it('gives no cursor where the list ends with the last entry that a page may read', async () => {
    const page = await pageOf(many.slice(0, MOST_ENTRIES_READ), request);
    expect(page).toMatchObject({ patients: [], cursor: undefined });
  });
});
