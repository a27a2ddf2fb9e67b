import { eraseObject } from '../../objects/erase-objects.ts';
import type { ObjectStore } from '../../ports/index.ts';
import {
  everyPreparingPrefix,
  manifestKey,
  preparedReceiptsPrefix,
  shardProgressKey,
  shardResultsKey,
} from '../job-keys.ts';
import type { JobKey } from '../job-record.ts';

const AT_ONCE = 16;
const PAGE = 100;

/**
 * Removes for good what a job was made of: selections and results of shards that are dealt with, and what is known of the
 * preparation of their images. Its receipts and its report stay: they say what came of it, and name only exams that failed.
 *
 * @param shards that have a receipt
 */
export async function pruneJob(store: ObjectStore, job: JobKey, shards: readonly number[]): Promise<void> {
  for (let start = 0; start < shards.length; start += AT_ONCE) {
    const part = shards.slice(start, start + AT_ONCE);
    await Promise.all(
      part.map(async (shard) => {
        await eraseObject(store, shardResultsKey(job, shard));
        await eraseObject(store, shardProgressKey(job, shard));
        await eraseObject(store, manifestKey(job, shard));
      }),
    );
  }
  for (const prefix of [everyPreparingPrefix(job), preparedReceiptsPrefix(job)]) {
    let cursor: string | undefined;
    do {
      const page = await store.list(prefix, { limit: PAGE, cursor });
      await Promise.all(page.items.map(({ key }) => eraseObject(store, key)));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}
