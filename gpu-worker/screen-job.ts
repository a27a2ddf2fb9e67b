import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { InvalidInputError } from '../core/errors.ts';
import { examName } from '../core/exams/exam-key.ts';
import type { JobKey } from '../core/jobs/job-record.ts';
import { isCancelled, readJob, readPlan, readShard } from '../core/jobs/job-store.ts';
import { shardsOfWorker, unknownJob } from '../core/jobs/plan-job.ts';
import { readReceipt, storeReceipt } from '../core/jobs/receipts.ts';
import { type ScreenShardOptions, screenShard } from '../core/jobs/screen-shard.ts';
import type { ScreeningRequest } from '../core/messages/screening-request.ts';
import type { Home } from '../core/ports/index.ts';
import type { Log } from '../core/ports/log.ts';
import { activeModel } from './bundle/load-bundle.ts';
import { StoppingError } from './errors.ts';
import type { Worker } from './worker.ts';

export interface ScreenJobOptions {
  readonly home: Home;
  readonly job: JobKey;
  /** Which of how many workers this is: it does every n-th shard. */
  readonly index: number;
  readonly workers: number;
  readonly worker: Pick<Worker, 'screen' | 'inHand'>;
  readonly pricePerHour: number;
  /** A shard is given up when no exam of it has been answered for this long. */
  readonly patienceSeconds: number;
  /** Before an exam is tried again; doubles each time. One second unless told. */
  readonly pauseMilliseconds?: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** One shard's last answers are waited for while the next one's exams fill the batches. */
const SHARDS_AT_ONCE = 2;
/** Times that an exam is tried; no queue delivers it again. */
const ATTEMPTS = 8;

/** Screens an exam, again and again if what it needs cannot be reached. @throws what the last attempt threw */
async function persistently(options: ScreenJobOptions, request: ScreeningRequest): Promise<void> {
  const { worker, log, signal, pauseMilliseconds = 1_000 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await worker.screen(JSON.stringify(request));
      return;
    } catch (error) {
      if (error instanceof StoppingError || error instanceof InvalidInputError || attempt >= ATTEMPTS)
        throw error;
      log.warn('An exam could not be screened and is tried again', {
        exam: examName(request.exam),
        reason: reasonOf(error),
        attempt,
      });
      await delay(pauseMilliseconds * 2 ** (attempt - 1), undefined, { signal }).catch(() => {
        throw new StoppingError();
      });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Screens the shards of a job without the screening queue, as an AWS Batch worker does. Results go the way of all
 * results; a shard's receipt is written when its exams have them. A worker that is reclaimed and started again goes on
 * with the shards that have no receipt, and in them with the exams that have no answer.
 */
export async function screenJob(options: ScreenJobOptions): Promise<void> {
  const { home, job: key, index, workers, worker, log, signal } = options;
  const job = await readJob(home.objects, key);
  if (job === undefined) throw unknownJob(key);
  const plan = await readPlan(home.objects, job);
  if (plan === undefined) return;
  const hand = pLimit(worker.inHand);
  const screen: ScreenShardOptions['screen'] = async (request, fail) => {
    // Waits for a place, not for the answer.
    const place = Promise.withResolvers<void>();
    hand(async () => {
      place.resolve();
      await persistently(options, request);
    }).catch((error: unknown) => {
      if (error instanceof StoppingError) return;
      log.error('An exam could not be screened', {
        exam: examName(request.exam),
        reason: reasonOf(error),
      });
      fail(`It could not be screened: ${reasonOf(error)}`);
    });
    await place.promise;
  };
  const limit = pLimit(SHARDS_AT_ONCE);
  const one = async (shard: number): Promise<void> => {
    if (signal.aborted || (await isCancelled(home.objects, job))) return;
    if ((await readReceipt(home.objects, job, shard)) !== undefined) return;
    const receipt = await screenShard({
      home,
      job,
      model: await activeModel(home.objects),
      shard,
      lines: await readShard(home.objects, job, shard),
      screen,
      patienceSeconds: options.patienceSeconds,
      pricePerHour: options.pricePerHour / SHARDS_AT_ONCE,
      signal,
    });
    if (receipt !== null) await storeReceipt(home.objects, job, receipt);
  };
  await Promise.all(shardsOfWorker(plan, index, workers).map((shard) => limit(() => one(shard))));
}
