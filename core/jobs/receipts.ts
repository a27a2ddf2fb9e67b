import { readStoredJson } from '../documents/stored-json.ts';
import { storeOnce } from '../documents/stored-once.ts';
import type { ObjectStore, Page } from '../ports/index.ts';
import { receiptKey, receiptsPrefix, shardOfReceipt } from './job-keys.ts';
import { type FailedExam, isErasedName } from './job-plan.ts';
import { type JobKey, jobName } from './job-record.ts';
import { type ShardReceipt, shardReceiptSchema } from './shard-receipt.ts';

/** Receipts read side by side. */
const AT_ONCE = 32;
const PAGE = 1_000;

/** When something was written of a shard. */
export interface ShardPlace {
  readonly shard: number;
  readonly at: Date;
}

/** Of which shards something lies under a prefix, whose keys end with the shard's number. */
export async function listShards(store: ObjectStore, prefix: string): Promise<readonly ShardPlace[]> {
  const places: ShardPlace[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(prefix, { limit: PAGE, cursor });
    places.push(
      ...page.items.map(({ key, lastModified }) => ({ shard: shardOfReceipt(key), at: lastModified })),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  return places;
}

/** Which shards of a job are dealt with. */
export function listReceipts(store: ObjectStore, job: JobKey): Promise<readonly ShardPlace[]> {
  return listShards(store, receiptsPrefix(job));
}

/** Says that a shard is dealt with. Of several receipts the first counts. */
export async function storeReceipt(store: ObjectStore, job: JobKey, receipt: ShardReceipt): Promise<void> {
  await storeOnce(store, receiptKey(job, receipt.shard), receipt);
}

/** @returns `undefined` while the shard is open */
export function readReceipt(
  store: ObjectStore,
  job: JobKey,
  shard: number,
): Promise<ShardReceipt | undefined> {
  return readStoredJson(store, receiptKey(job, shard), shardReceiptSchema);
}

/** Two of each of twenty jobs. */
const KINDS_REMEMBERED = 40;

/** Reads receipts, each once: they never change. */
export class ReceiptReader {
  readonly #store: ObjectStore;
  readonly #known = new Map<string, ReadonlyMap<number, unknown>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  read(job: JobKey, shards: readonly number[]): Promise<readonly ShardReceipt[]> {
    return this.remember(jobName(job), shards, (shard) => readReceipt(this.#store, job, shard));
  }

  /**
   * Reads what was written once of each shard, unless it is remembered.
   *
   * @param kind names the job and what is read of it: always of one type
   */
  async remember<Receipt>(
    kind: string,
    shards: readonly number[],
    read: (shard: number) => Promise<Receipt | undefined>,
  ): Promise<readonly Receipt[]> {
    const known = new Map(this.#known.get(kind) as ReadonlyMap<number, Receipt> | undefined);
    const missing = shards.filter((shard) => !known.has(shard));
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const part = missing.slice(start, start + AT_ONCE);
      const receipts = await Promise.all(part.map(async (shard) => ({ shard, receipt: await read(shard) })));
      for (const { shard, receipt } of receipts) if (receipt !== undefined) known.set(shard, receipt);
    }
    this.#known.delete(kind);
    this.#known.set(kind, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KINDS_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return shards.flatMap((shard) => known.get(shard) ?? []);
  }
}

/** Exams that failed in a job, receipt by receipt, but for those that are erased. */
export async function failedExamsOf(
  store: ObjectStore,
  job: JobKey,
  cursor: string | undefined,
): Promise<Page<FailedExam>> {
  const page = await store.list(receiptsPrefix(job), { limit: 10, cursor });
  const receipts = await Promise.all(
    page.items.map(({ key }) => readReceipt(store, job, shardOfReceipt(key))),
  );
  const items = receipts.flatMap((receipt) => receipt?.failed.filter((exam) => !isErasedName(exam)) ?? []);
  return page.cursor === undefined ? { items } : { items, cursor: page.cursor };
}
