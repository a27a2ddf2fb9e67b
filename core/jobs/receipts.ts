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

/** When a shard was dealt with. */
export interface ReceiptPlace {
  readonly shard: number;
  readonly at: Date;
}

/** Which shards of a job are dealt with. */
export async function listReceipts(store: ObjectStore, job: JobKey): Promise<readonly ReceiptPlace[]> {
  const places: ReceiptPlace[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(receiptsPrefix(job), { limit: PAGE, cursor });
    places.push(
      ...page.items.map(({ key, lastModified }) => ({ shard: shardOfReceipt(key), at: lastModified })),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  return places;
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

/** Reads receipts, each once: they never change. */
export class ReceiptReader {
  readonly #store: ObjectStore;
  readonly #known = new Map<string, ReadonlyMap<number, ShardReceipt>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async read(job: JobKey, shards: readonly number[]): Promise<readonly ShardReceipt[]> {
    const name = jobName(job);
    const known = new Map(this.#known.get(name));
    const missing = shards.filter((shard) => !known.has(shard));
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const part = missing.slice(start, start + AT_ONCE);
      const receipts = await Promise.all(part.map((shard) => readReceipt(this.#store, job, shard)));
      // A failed exam's reason matters to the report only.
      for (const receipt of receipts) if (receipt !== undefined) known.set(receipt.shard, receipt);
    }
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > JOBS_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return shards.flatMap((shard) => known.get(shard) ?? []);
  }
}

const JOBS_REMEMBERED = 20;

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
