import pLimit from 'p-limit';
import type { ScreeningTerms } from '../../exams/request-screening.ts';
import { isCancelled, readShard } from '../job-store.ts';
import { readPrepared } from '../preparation/preparation-store.ts';
import { readReceipt, storeReceipt } from '../receipts.ts';
import { type ScreenShardOptions, screenShard } from './screen-shard.ts';

export interface ScreenShardsOptions
  extends Omit<ScreenShardOptions, 'terms' | 'shard' | 'lines' | 'unprepared'> {
  readonly shards: readonly number[];
  /** What screens now: asked for once a shard, since a job may outlast a promotion. */
  readonly terms: () => Promise<ScreeningTerms>;
  /** Of the instance that does these shards, in USD; 0 on one's own machine. */
  readonly pricePerHour: number;
}

/** The last answers of one shard are waited for while the exams of the next one keep the worker busy. */
const SHARDS_AT_ONCE = 2;

/**
 * Screens shards of a job and writes the receipt of each. A shard that has its receipt is passed over, so a worker that
 * is started again goes on where the one before it ended. Once the job is cancelled no further shard is begun.
 *
 * ```
 * manifest ─▶ each exam asked for ─▶ answers in the exams ─▶ receipt
 * ```
 *
 * @throws JobDamagedError if the manifest of a shard is missing or cannot be read
 */
export async function screenShards(options: ScreenShardsOptions): Promise<void> {
  const { shards, terms, pricePerHour, ...rest } = options;
  const { home, job, signal } = options;
  const limit = pLimit(SHARDS_AT_ONCE);
  const one = async (shard: number): Promise<void> => {
    if (signal.aborted || (await isCancelled(home.objects, job))) return;
    if ((await readReceipt(home.objects, job, shard)) !== undefined) return;
    const prepared = await readPrepared(home.objects, job, shard);
    const screening = await terms();
    const receipt = await screenShard({
      ...rest,
      shard,
      terms: screening,
      lines: await readShard(home.objects, job, shard),
      // Under another contract nothing was tried yet.
      unprepared: prepared?.contract === screening.contract ? prepared.exams : [],
      pricePerHour: pricePerHour / SHARDS_AT_ONCE,
    });
    if (receipt !== null) await storeReceipt(home.objects, job, receipt);
  };
  await Promise.all(shards.map((shard) => limit(() => one(shard))));
}
