import { DamagedShardError } from '../../../errors.ts';
import type { Sweep } from '../../sweep.ts';
import type { ShardRows } from './unnamed-rows.ts';

const SHARDS = 64;

/** @returns whether there was something to erase: rows that were zeros before do not count as a finding */
async function eraseRowOf(sweep: Sweep, shard: string, row: number): Promise<boolean> {
  const { features } = sweep.home;
  try {
    if (sweep.isDry) return await features.holds({ shard, row });
    return (await features.erase({ shard, row })) === 'erased';
  } catch (error) {
    if (!(error instanceof DamagedShardError)) throw error;
    sweep.show('feature-shard-damaged', shard);
    return false;
  }
}

/**
 * Removes what nothing names, of some shards.
 *
 * @returns the shards with what is left to be removed
 */
export async function removeUnnamed(sweep: Sweep, shards: ShardRows): Promise<ShardRows> {
  const { features } = sweep.home;
  const open = Object.entries(shards).filter(([, { unnamed }]) => (unnamed ?? []).length > 0);
  const part = open.slice(0, SHARDS);
  for (const [shard, { named, unnamed }] of part) {
    if (named.length === 0) {
      await sweep.settle('feature-shard-unnamed', [shard], () => features.remove(shard));
      continue;
    }
    for (const { row } of unnamed ?? []) {
      if (await eraseRowOf(sweep, shard, row)) {
        await sweep.settle('feature-row-unnamed', [`${shard}#${row}`], async () => undefined);
      }
    }
  }
  const done: ShardRows = Object.fromEntries(part.map(([key, { named }]) => [key, { named, unnamed: [] }]));
  return { ...shards, ...done };
}
