import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from '../../core/exams/review-settings.ts';
import { type IndexEntry, indexOf } from '../../core/lists/exam-index.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { itemOf } from './exam-item.ts';
import { listingPartition, partitionsOf } from './listing-partitions.ts';
import { mergePartitions, type Stretch } from './merge-partitions.ts';

const AT = '2026-05-01T00:00:00.000Z';
const entry = (sort: string) => ({ part: 'refer', sort }) as IndexEntry;

/** Partitions as DynamoDB gives them, and how many entries were read of them. */
function drawn(sorts: readonly string[], placeOf: (sort: string) => number, descending: boolean) {
  const partitions = partitionsOf('refer');
  const kept = new Map(partitions.map((name) => [name, [] as string[]]));
  for (const sort of sorts) kept.get(partitions[placeOf(sort)] ?? '')?.push(sort);
  let read = 0;
  const ordered = (texts: readonly string[]) => (descending ? texts.toSorted().reverse() : texts.toSorted());
  const readPartition = async (name: string, { after, limit }: Stretch) => {
    const all = ordered(kept.get(name) ?? []);
    const found = all
      .filter((sort) => after === undefined || (descending ? sort < after : sort > after))
      .slice(0, limit);
    read += found.length;
    return found.map(entry);
  };
  return { partitions, ordered, readPartition, read: () => read };
}

describe('a part of an index that is spread over partitions', () => {
  it('is read in one order, however its exams lie in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.nat(8)), {
          selector: ([sort]) => sort,
          maxLength: 120,
        }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.option(fc.stringMatching(/^[a-z]{1,2}$/), { nil: undefined }),
        async (exams, limit, descending, after) => {
          const places = new Map(exams);
          const sorts = [...places.keys()];
          const index = drawn(sorts, (sort) => places.get(sort) ?? 0, descending);
          const page = await mergePartitions(
            { after, descending, limit },
            index.partitions,
            index.readPartition,
          );
          const expected = index
            .ordered(sorts)
            .filter((sort) => after === undefined || (descending ? sort < after : sort > after))
            .slice(0, limit);
          expect(page.map(({ sort }) => sort)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('costs a page of 500 less than twice its entries', async () => {
    const sorts = Array.from({ length: 20_000 }, (_, index) => `P${String(index).padStart(5, '0')}`);
    const placeOf = (sort: string) =>
      1 + Number(listingPartition('', { program: 'north', patient: sort, exam: '1' }).slice(1));
    const index = drawn(sorts, placeOf, false);
    const page = await mergePartitions(
      { after: undefined, descending: false, limit: 500 },
      index.partitions,
      index.readPartition,
    );
    expect(page.map(({ sort }) => sort)).toEqual(sorts.slice(0, 500));
    expect(index.read()).toBeLessThan(1_000);
  });

  it('takes its exams evenly, by outcome as well as in the work list', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 4_000; index += 1) {
      const key = { program: 'north', patient: `P${index}`, exam: '1' };
      const record = screenedExam(registeredExam(key, AT), 'refer', AT);
      const reading = readingOf(DEFAULT_REVIEW_SETTINGS, key, { outcome: 'refer', screenedAt: AT });
      const { listing = '', workList = '' } = itemOf({ ...record, reading });
      for (const name of [`listing ${listing}`, `work list ${workList}`])
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual([
      ...Array.from({ length: 8 }, (_, number) => `listing north#refer#${number}`),
      ...Array.from({ length: 8 }, (_, number) => `work list north#first#refer#${number}`),
    ]);
    // 500 each, within five standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(105);
  });

  it('is one in which every home names it alike: the number is of AWS alone', () => {
    const record = screenedExam(
      registeredExam({ program: 'north', patient: 'P1', exam: '1' }, AT),
      'refer',
      AT,
    );
    expect(indexOf(record).listing.part).toBe('refer');
  });
});
