import { ConfigurationError, ObjectNotFoundError } from '../../../errors.ts';
import { eraseFeatures } from '../../../features/erase-features.ts';
import { eraseRow } from '../../../features/erase-row.ts';
import { eraseObject } from '../../../objects/erase-objects.ts';
import type { Sweep } from '../../sweep.ts';
import type { ShardRows } from './unnamed-rows.ts';

const SHARDS = 64;

/** @returns whether there was something to erase: rows that were zeros before are no finding */
async function eraseRowOf(sweep: Sweep, shard: string, row: number): Promise<boolean> {
  const { objects } = sweep.home;
  try {
    if (!sweep.isDry) return await eraseFeatures(objects, { shard, row });
    return eraseRow((await objects.get(shard)).content, row) !== null;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    if (!(error instanceof ConfigurationError)) throw error;
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
  const { objects } = sweep.home;
  const open = Object.entries(shards).filter(([, { unnamed }]) => (unnamed ?? []).length > 0);
  const part = open.slice(0, SHARDS);
  for (const [key, { named, unnamed }] of part) {
    if (named.length === 0) {
      await sweep.settle('feature-shard-unnamed', [key], () => eraseObject(objects, key));
      continue;
    }
    for (const { row } of unnamed ?? []) {
      if (await eraseRowOf(sweep, key, row)) {
        await sweep.settle('feature-row-unnamed', [`${key}#${row}`], async () => undefined);
      }
    }
  }
  const done: ShardRows = Object.fromEntries(part.map(([key, { named }]) => [key, { named, unnamed: [] }]));
  return { ...shards, ...done };
}
