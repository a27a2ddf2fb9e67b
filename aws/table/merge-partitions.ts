import type { IndexEntry, IndexRange } from '../../core/lists/exam-index.ts';
import { compareText } from '../../core/lists/read-exam-index.ts';
import { PARTITIONS } from './listing-partitions.ts';

/** What is read of one partition: up to `limit` entries behind `after`; fewer mean that it ends there. */
export type Stretch = Pick<IndexRange, 'after' | 'limit'>;
export type ReadPartition = (partition: string, stretch: Stretch) => Promise<readonly IndexEntry[]>;

interface Read {
  readonly partition: string;
  readonly entries: readonly IndexEntry[];
  readonly ended: boolean;
}

/** Entries of one partition among so many of all: three standard deviations above the mean of a binomial distribution. */
function likelyShare(limit: number): number {
  const mean = limit / PARTITIONS;
  return Math.min(limit, Math.ceil(mean + 3 * Math.sqrt(mean * (1 - 1 / PARTITIONS))));
}

/**
 * The first `limit` entries of several partitions, in order.
 *
 * An entry may be given out once no partition can hold an earlier one: each has ended, or was read beyond it. Partitions of
 * which this cannot be said are read on, to the whole of what may be needed.
 */
export async function mergePartitions(
  { after, descending, limit }: Pick<IndexRange, 'after' | 'descending' | 'limit'>,
  partitions: readonly string[],
  read: ReadPartition,
): Promise<readonly IndexEntry[]> {
  const order = (a: IndexEntry, b: IndexEntry) =>
    descending ? compareText(b.sort, a.sort) : compareText(a.sort, b.sort);
  const share = likelyShare(limit);
  let parts = await Promise.all(
    partitions.map(async (partition): Promise<Read> => {
      const entries = await read(partition, { after, limit: share });
      return { partition, entries, ended: entries.length < share };
    }),
  );
  const merged = () =>
    parts
      .flatMap(({ entries }) => entries)
      .sort(order)
      .slice(0, limit);
  const page = merged();
  const last = page.length < limit ? undefined : page.at(-1);
  parts = await Promise.all(
    parts.map(async (part): Promise<Read> => {
      const { partition, entries, ended } = part;
      const end = entries.at(-1);
      if (
        ended ||
        entries.length >= limit ||
        end === undefined ||
        (last !== undefined && order(end, last) >= 0)
      )
        return part;
      const further = await read(partition, { after: end.sort, limit: limit - entries.length });
      return { partition, entries: [...entries, ...further], ended: true };
    }),
  );
  return merged();
}
