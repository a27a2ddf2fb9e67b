import { readStoredJson } from '../../documents/stored-json.ts';
import { storeOnce } from '../../documents/stored-once.ts';
import type { ObjectStore } from '../../ports/index.ts';
import { preparedReceiptKey, preparedReceiptsPrefix, preparingKey, preparingPrefix } from '../job-keys.ts';
import type { JobKey } from '../job-record.ts';
import { listShards, type ShardPlace } from '../receipts.ts';
import {
  type ShardPrepared,
  type ShardPreparing,
  shardPreparedSchema,
  shardPreparingSchema,
} from './shard-preparation.ts';

/** Of which shards images were asked for under a contract. */
export function listPreparing(
  store: ObjectStore,
  job: JobKey,
  contract: string,
): Promise<readonly ShardPlace[]> {
  return listShards(store, preparingPrefix(job, contract));
}

/** Which shards are prepared, or given up. */
export function listPrepared(store: ObjectStore, job: JobKey): Promise<readonly ShardPlace[]> {
  return listShards(store, preparedReceiptsPrefix(job));
}

/** @returns what was asked for of a shard; `undefined` if nothing was */
export function readPreparing(
  store: ObjectStore,
  job: JobKey,
  contract: string,
  shard: number,
): Promise<ShardPreparing | undefined> {
  return readStoredJson(store, preparingKey(job, contract, shard), shardPreparingSchema);
}

/** Says what was asked for of a shard. Of several the first counts. */
export async function storePreparing(
  store: ObjectStore,
  job: JobKey,
  preparing: ShardPreparing,
): Promise<void> {
  await storeOnce(store, preparingKey(job, preparing.contract, preparing.shard), preparing);
}

/** @returns `undefined` while the shard is not prepared, and of jobs of former releases */
export function readPrepared(
  store: ObjectStore,
  job: JobKey,
  shard: number,
): Promise<ShardPrepared | undefined> {
  return readStoredJson(store, preparedReceiptKey(job, shard), shardPreparedSchema);
}

/** Says that a shard may be screened. Of several receipts the first counts. */
export async function storePrepared(store: ObjectStore, job: JobKey, prepared: ShardPrepared): Promise<void> {
  await storeOnce(store, preparedReceiptKey(job, prepared.shard), prepared);
}
