import { z } from 'zod';
import { DamagedShardError, ObjectNotFoundError } from '../../../errors.ts';
import {
  examResultSchema,
  type FeaturesReference,
  featuresReferenceSchema,
} from '../../../exams/exam-result.ts';
import { FORMER_RESULTS_PREFIX } from '../../../records/former-results.ts';
import type { Sweep } from '../../sweep.ts';

const SHARDS = 64;
const PAGE = 1_000;

/** What is known of a shard's rows. */
const rowsSchema = z.object({
  /** Rows that a result names, or may still name. */
  named: z.array(z.number()),
  /** The others and the requests that they answer; `null` until the shard was read; empty if it is damaged. */
  unnamed: z.array(z.object({ row: z.number(), requestId: z.string() })).nullable(),
});
export const shardRowsSchema = z.record(z.string(), rowsSchema);
export type ShardRows = z.infer<typeof shardRowsSchema>;

interface Looked {
  readonly shards: ShardRows;
  readonly pending: readonly string[];
  readonly formerCursor: string | null;
}

/** Notes that results name rows. Rows of shards that are not looked at are passed over. */
export function withNamed(shards: ShardRows, places: readonly FeaturesReference[]): ShardRows {
  const changed = { ...shards };
  for (const { shard, row } of places) {
    const known = changed[shard];
    if (known === undefined || known.named.includes(row)) continue;
    const unnamed = known.unnamed?.filter((one) => one.row !== row) ?? null;
    changed[shard] = { named: [...known.named, row], unnamed };
  }
  return changed;
}

/** Reads some shards' headers: which rows no result names, and which requests they answer. */
export async function readRequests(
  sweep: Sweep,
  { shards, pending }: Looked,
): Promise<{ readonly shards: ShardRows; readonly isDone: boolean }> {
  const open = new Set(pending);
  const unread = Object.entries(shards).filter(([, { unnamed }]) => unnamed === null);
  const part = unread.slice(0, SHARDS);
  const read = await sweep.each(part, async ([key, { named }]) => {
    try {
      const requests = await sweep.home.features.requestsOf(key);
      const rows = requests.map((requestId, row) => ({ row, requestId }));
      const kept = rows.filter(({ requestId }) => open.has(requestId)).map(({ row }) => row);
      const isNamed = new Set([...named, ...kept]);
      return [key, { named: [...isNamed], unnamed: rows.filter(({ row }) => !isNamed.has(row)) }] as const;
    } catch (error) {
      // Removed since it was listed.
      if (error instanceof ObjectNotFoundError) return [key, { named, unnamed: [] }] as const;
      if (!(error instanceof DamagedShardError)) throw error;
      // Its rows are unknown: the whole shard goes, unless a result names one of them.
      if (named.length > 0) sweep.show('feature-shard-damaged', key);
      return [key, { named, unnamed: named.length > 0 ? [] : [{ row: 0, requestId: '' }] }] as const;
    }
  });
  return { shards: { ...shards, ...Object.fromEntries(read) }, isDone: unread.length <= SHARDS };
}

const formerSchema = examResultSchema.pick({ requestId: true }).extend({
  features: featuresReferenceSchema.nullable(),
});

function requestOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

/** Marks rows that former results name. A former result's key tells the request; its versions are answers to it. */
export async function markFormer(
  sweep: Sweep,
  { shards, formerCursor }: Looked,
): Promise<{ readonly shards: ShardRows; readonly cursor: string | null }> {
  const { objects } = sweep.home;
  const asked = new Set(
    Object.values(shards).flatMap(({ unnamed }) => unnamed?.map(({ requestId }) => requestId) ?? []),
  );
  const options = { limit: PAGE, cursor: formerCursor ?? undefined };
  const page = await objects.listVersions(FORMER_RESULTS_PREFIX, options);
  const wanted = page.items.filter(({ key, isDeleteMarker }) => !isDeleteMarker && asked.has(requestOf(key)));
  const places = await sweep.each(wanted, async ({ key, versionId }) => {
    try {
      const { content } = await objects.get(key, versionId === null ? {} : { versionId });
      const former = formerSchema.safeParse(JSON.parse(Buffer.from(content).toString()));
      return former.data?.features ?? null;
    } catch (error) {
      if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return null;
      throw error;
    }
  });
  const named = withNamed(
    shards,
    places.filter((place) => place !== null),
  );
  return { shards: named, cursor: page.cursor ?? null };
}
