import type { ObjectStore } from '../../ports/index.ts';
import type { JobPlan } from '../job-plan.ts';
import { type JobRecord, jobName } from '../job-record.ts';
import type { PreparationProgress } from '../job-report.ts';
import { listPrepared, readPrepared } from '../preparation/preparation-store.ts';
import type { ShardPrepared } from '../preparation/shard-preparation.ts';
import type { ReceiptReader, ShardPlace } from '../receipts.ts';

/** How far the images of a job are, and when the last of them were ready. */
export interface Preparation {
  readonly progress: PreparationProgress;
  /** When screening could begin; `null` while images are waited for. */
  readonly finishedAt: Date | null;
}

/** When the last of some things was written; `null` without any. */
export function lastOf(places: readonly ShardPlace[]): Date | null {
  return places.length === 0 ? null : new Date(Math.max(...places.map(({ at }) => at.getTime())));
}

/** Seconds from one instant to another, a millisecond at least. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0.001, (to.getTime() - from.getTime()) / 1_000);
}

function sum(receipts: readonly ShardPrepared[], of: (receipt: ShardPrepared) => number): number {
  return receipts.reduce((total, receipt) => total + of(receipt), 0);
}

/**
 * How far the images of a job are, added up from the receipts of its shards.
 *
 * @returns `null` of a job that re-scores, and of one that a former release has begun
 */
export async function preparationOf(
  store: ObjectStore,
  job: JobRecord,
  plan: JobPlan,
  reader: ReceiptReader,
): Promise<Preparation | null> {
  if (job.mode !== 'screen') return null;
  const places = await listPrepared(store, job);
  if (plan.images === undefined && places.length === 0) return null;
  const receipts = await reader.remember(
    `${jobName(job)} prepared`,
    places.map(({ shard }) => shard),
    (shard) => readPrepared(store, job, shard),
  );
  const finished = places.length >= plan.shards;
  const last = lastOf(places);
  // Exams may have got or lost images since they were selected.
  const images = finished ? sum(receipts, (receipt) => receipt.images) : (plan.images ?? null);
  const prepared = sum(receipts, (receipt) => receipt.found + receipt.prepared);
  const failed = sum(receipts, (receipt) => receipt.failed);
  const rate = last === null ? null : (prepared + failed) / secondsBetween(new Date(plan.plannedAt), last);
  const left = images === null ? null : Math.max(0, images - prepared - failed);
  return {
    finishedAt: finished ? last : null,
    progress: {
      ...{ images, prepared, failed, finished, rate },
      found: sum(receipts, (receipt) => receipt.found),
      secondsLeft: finished ? 0 : left === null || rate === null || rate === 0 ? null : left / rate,
    },
  };
}
