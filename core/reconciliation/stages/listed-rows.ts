import { z } from 'zod';
import { DamagedShardError, ObjectNotFoundError } from '../../errors.ts';
import { compareText } from '../../lists/read-exam-index.ts';
import type { ListedRow } from '../../ports/index.ts';
import { GRACE } from '../grace.ts';
import { type Stage, WEEKLY } from '../stage.ts';
import type { Sweep } from '../sweep.ts';

/** Shards of one round: their names are what is kept in memory, about 2 MB. */
export const SHARDS_AT_ONCE = 20_000;
const PAGE = 1_000;

const position = z.object({
  phase: z.enum(['shards', 'rows']),
  /** The round is about the shards behind this name, up to the last of `shards`; `''`: from the first. */
  after: z.string(),
  /** Every shard of the round, in the order of their names. */
  shards: z.array(z.string()),
  /** Behind the shards of this round; `null`: no more, so that the round is about every later name. */
  shardsCursor: z.string().nullable(),
  rowsCursor: z.string().nullable(),
});
type Position = z.infer<typeof position>;

async function listShards(sweep: Sweep, position: Position): Promise<Position> {
  const cursor = position.shardsCursor ?? undefined;
  const page = await sweep.home.features.shards({ limit: PAGE, cursor });
  const shards = [...position.shards, ...page.items.map(({ shard }) => shard)];
  const isFull = page.cursor === undefined || shards.length >= SHARDS_AT_ONCE;
  return { ...position, phase: isFull ? 'rows' : 'shards', shards, shardsCursor: page.cursor ?? null };
}

function nextRound({ shards, shardsCursor }: Position): Position | null {
  if (shardsCursor === null) return null;
  return { phase: 'shards', after: shards.at(-1) ?? '', shards: [], shardsCursor, rowsCursor: null };
}

/** Whether a shard is missing now: the round's names may be days old where a run was cut short. */
async function isGone(sweep: Sweep, shard: string): Promise<boolean> {
  try {
    await sweep.home.features.requestsOf(shard);
    return false;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return true;
    if (error instanceof DamagedShardError) return false;
    throw error;
  }
}

/** Rows of shards that the round is about and that are gone. */
async function rowsWithoutShard(
  sweep: Sweep,
  { after, shards, shardsCursor }: Position,
  rows: readonly ListedRow[],
): Promise<ListedRow[]> {
  const stored = new Set(shards);
  const last = shardsCursor === null ? undefined : shards.at(-1);
  const isOfRound = (shard: string) =>
    compareText(shard, after) > 0 && (last === undefined || compareText(shard, last) <= 0);
  const missing = rows.filter(
    ({ listedAt, place: { shard } }) =>
      !stored.has(shard) && isOfRound(shard) && sweep.ageOf(listedAt) > GRACE.features,
  );
  const names = [...new Set(missing.map(({ place }) => place.shard))];
  const areGone = await sweep.each(names, (shard) => isGone(sweep, shard));
  const gone = new Set(names.filter((_, index) => areGone[index]));
  return missing.filter(({ place }) => gone.has(place.shard));
}

/**
 * Rows on their patients' lists whose shard is gone: of attempts that failed and were removed, of workers that died
 * between the list and the shard. They are taken off the lists, so that these do not grow for ever.
 *
 * A row is listed before its shard is stored, so a young one may be of a shard that is on its way. The shards' names are
 * listed first, some at a time; then every listed row is compared with them:
 *
 * ```
 * names of 20,000 shards ─▶ listed rows of these and of the names between them ─▶ names of the next 20,000 ─▶ …
 * ```
 */
export const listedRows: Stage<Position> = {
  everySeconds: WEEKLY,
  isOfOneProgram: false,
  position,
  begin: { phase: 'shards', after: '', shards: [], shardsCursor: null, rowsCursor: null },

  async step(sweep, position) {
    if (position.phase === 'shards') return listShards(sweep, position);
    const { features } = sweep.home;
    const page = await features.listedRows({ limit: PAGE, cursor: position.rowsCursor ?? undefined });
    const rows = await rowsWithoutShard(sweep, position, page.items);
    const examples = rows.map(({ place: { shard, row } }) => `${shard}#${row}`);
    await sweep.settle('listed-row-without-shard', examples, () =>
      sweep.each(rows, (row) => features.forget(row)),
    );
    // Each round walks over the same rows.
    if (position.after === '') sweep.count(page.items.length);
    return page.cursor === undefined ? nextRound(position) : { ...position, rowsCursor: page.cursor };
  },
};
