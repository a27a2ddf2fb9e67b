import { readHead } from '../core/heads/stored-heads.ts';
import { shardResultsKey } from '../core/jobs/job-keys.ts';
import type { JobRecord } from '../core/jobs/job-record.ts';
import { isCancelled, readPlan, readShard } from '../core/jobs/job-store.ts';
import { shardsOfWorker } from '../core/jobs/planning/plan-job.ts';
import { listReceipts } from '../core/jobs/receipts.ts';
import type { ShardResults } from '../core/jobs/rescore-results.ts';
import type { ShardRescored } from '../core/messages/shard-rescored.ts';
import type { Home } from '../core/ports/index.ts';
import type { Log } from '../core/ports/log.ts';
import { ShardScorer } from './score-shard.ts';

export interface RescoreOptions {
  readonly home: Pick<Home, 'objects' | 'features' | 'queues'>;
  readonly job: JobRecord;
  /** The number of this worker, from 0. Of `workers` workers each does every n-th shard. */
  readonly workerNumber: number;
  readonly workers: number;
  /** Of this worker's instance, in USD. */
  readonly pricePerHour: number;
  readonly log: Log;
  /** Aborted once the worker is to begin no further shard. */
  readonly stopping: AbortSignal;
}

/**
 * Re-scores the shards of a job that are not dealt with, one after the other:
 *
 * ```
 * manifest ─▶ feature shards ─▶ heads ─▶ results object ─▶ message on the results queue ─▶ (aggregation: exams, receipt)
 * ```
 *
 * A shard whose results were on their way when a worker died is done again; its exams know the job by then.
 *
 * @returns how many shards were sent
 */
export async function rescoreJob(options: RescoreOptions): Promise<number> {
  const { home, job, workerNumber, workers, log, stopping } = options;
  const plan = await readPlan(home.objects, job);
  if (plan === undefined) return 0;
  const heads = await Promise.all(job.heads.map((head) => readHead(home.objects, head, job.model)));
  const scorer = new ShardScorer(home.features, job, heads);
  const dealtWith = new Set((await listReceipts(home.objects, job)).map(({ shard }) => shard));
  let sent = 0;
  for (const shard of shardsOfWorker(plan, workerNumber, workers)) {
    if (dealtWith.has(shard)) continue;
    if (stopping.aborted || (await isCancelled(home.objects, job))) break;
    await rescoreShard(options, scorer, shard);
    sent += 1;
  }
  log.info('Shards were re-scored', { program: job.program, job: job.job, shards: sent });
  return sent;
}

async function rescoreShard(options: RescoreOptions, scorer: ShardScorer, shard: number): Promise<void> {
  const { home, job, pricePerHour } = options;
  const began = performance.now();
  const { columns, exams, failed } = await scorer.score(await readShard(home.objects, job, shard));
  const results: ShardResults = {
    schema: 'shard-results/1',
    program: job.program,
    job: job.job,
    shard,
    rescoredAt: new Date().toISOString(),
    model: job.model,
    preprocessing: job.preprocessing,
    heads: [...job.heads],
    shadow: job.shadow,
    columns: [...columns],
    exams: [...exams],
    failed: [...failed],
    workerSeconds: (performance.now() - began) / 1_000,
    pricePerHour,
  };
  await home.objects.put(shardResultsKey(job, shard), Buffer.from(JSON.stringify(results)), {
    contentType: 'application/json',
  });
  const message: ShardRescored = { schema: 'shard-rescored/1', program: job.program, job: job.job, shard };
  await home.queues.results.queue.send([{ body: JSON.stringify(message), group: job.program }]);
}
