import type { Outcome } from '../../exams/outcome.ts';
import type { ObjectStore } from '../../ports/index.ts';
import type { JobPlan } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import type { JobProgress, JobState, PreparationProgress } from '../job-report.ts';
import { readPlan, readReport } from '../job-store.ts';
import { listReceipts, type ReceiptReader, type ShardPlace } from '../receipts.ts';
import type { ShardReceipt } from '../shard-receipt.ts';
import { lastOf, type Preparation, preparationOf, secondsBetween } from './preparation-progress.ts';

const SECONDS_PER_HOUR = 3_600;

function sum(receipts: readonly ShardReceipt[], of: (receipt: ShardReceipt) => number): number {
  return receipts.reduce((total, receipt) => total + of(receipt), 0);
}

/** Adds up receipts. */
export function totalsOf(receipts: readonly ShardReceipt[]) {
  return {
    done: sum(receipts, (receipt) => receipt.done),
    failed: sum(receipts, (receipt) => receipt.failed.length),
    skipped: sum(receipts, (receipt) => receipt.skipped),
    superseded: sum(receipts, (receipt) => receipt.superseded),
    cost: sum(
      receipts,
      ({ workerSeconds, pricePerHour }) => (workerSeconds * pricePerHour) / SECONDS_PER_HOUR,
    ),
  };
}

/** Adds up the outcomes that moved. */
export function movedBy(parts: readonly Pick<ShardReceipt, 'moved'>[]) {
  const counts = new Map<string, { from: Outcome; to: Outcome; exams: number }>();
  for (const { from, to, exams } of parts.flatMap((part) => part.moved)) {
    const known = counts.get(`${from} ${to}`);
    counts.set(`${from} ${to}`, { from, to, exams: (known?.exams ?? 0) + exams });
  }
  return [...counts.values()].sort((a, b) => b.exams - a.exams);
}

/** How far a job is, added up from the receipts of its shards: a counter could drift. */
export async function progressOf(
  store: ObjectStore,
  job: JobRecord,
  reader: ReceiptReader,
): Promise<JobProgress> {
  const report = await readReport(store, job);
  if (report !== undefined) return report.progress;
  const plan = await readPlan(store, job);
  if (plan === undefined) return progress('planning', null, [], null);
  const places = await listReceipts(store, job);
  const receipts = await reader.read(
    job,
    places.map(({ shard }) => shard),
  );
  const preparation = await preparationOf(store, job, plan, reader);
  const seconds = workedSeconds(plan, preparation, places);
  return progress('running', plan.planned, receipts, seconds, preparation?.progress);
}

/** Seconds from the beginning of the exams' work, which is the end of preparation, to the last receipt; `null` before it. */
export function workedSeconds(
  plan: JobPlan,
  preparation: Preparation | null,
  places: readonly ShardPlace[],
): number | null {
  const last = lastOf(places);
  return last === null ? null : secondsBetween(preparation?.finishedAt ?? new Date(plan.plannedAt), last);
}

/** @param seconds from the beginning of the exams' work to the last receipt; `null` before the first */
export function progress(
  state: JobState,
  planned: number | null,
  receipts: readonly ShardReceipt[],
  seconds: number | null,
  preparation: PreparationProgress | null = null,
): JobProgress {
  const totals = totalsOf(receipts);
  const dealtWith = totals.done + totals.failed;
  const rate = seconds === null ? null : dealtWith / seconds;
  const left = planned === null ? null : planned - dealtWith;
  return {
    state,
    planned,
    ...totals,
    rate,
    secondsLeft: left === null || rate === null || rate === 0 ? null : left / rate,
    preparation,
  };
}
