import { type BatchClient, SubmitJobCommand } from '@aws-sdk/client-batch';
import { storeOnce } from '../../core/documents/stored-once.ts';
import { jobPartKey } from '../../core/jobs/job-keys.ts';
import type { JobPlan } from '../../core/jobs/job-plan.ts';
import type { JobMode, JobRecord } from '../../core/jobs/job-record.ts';
import type { ObjectStore } from '../../core/ports/index.ts';

/** Where a mode's jobs run. */
export interface BatchTarget {
  readonly queue: string;
  readonly definition: string;
  /** Most workers of one job. */
  readonly workers: number;
}

/** What one worker should at least have to do: its start takes minutes. In shards of about 1,000 exams. */
const SHARDS_PER_WORKER: Readonly<Record<JobMode, number>> = { screen: 5, rescore: 50 };

/** How many workers share a plan. */
export function workersFor(mode: JobMode, plan: JobPlan, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(plan.shards / SHARDS_PER_WORKER[mode])));
}

/** Names of Batch are of letters, digits, `-` and `_`. */
function batchName({ job }: JobRecord): string {
  return `retclip-${job.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 128);
}

const startedKey = (job: JobRecord): string => jobPartKey(job, 'started.json');

/** `true` once AWS Batch was asked for a job. */
export async function isBatchJobStarted(store: ObjectStore, job: JobRecord): Promise<boolean> {
  return (await store.head(startedKey(job))) !== undefined;
}

/**
 * Starts a planned job as an AWS Batch array job, one child for each worker. Called twice it starts once, unless the first
 * call died behind the start: then both find out shard by shard what is done.
 *
 * @returns `false` if it was started before, or there is nothing to do
 */
export async function startBatchJob(
  client: Pick<BatchClient, 'send'>,
  store: ObjectStore,
  job: JobRecord,
  plan: JobPlan,
  target: BatchTarget,
): Promise<boolean> {
  if (plan.shards === 0 || (await isBatchJobStarted(store, job))) return false;
  const workers = workersFor(job.mode, plan, target.workers);
  const answer = await client.send(
    new SubmitJobCommand({
      jobName: batchName(job),
      jobQueue: target.queue,
      jobDefinition: target.definition,
      // An array has two children at least.
      ...(workers === 1 ? {} : { arrayProperties: { size: workers } }),
      // Its end is reported with these.
      parameters: { program: job.program, job: job.job },
      containerOverrides: {
        environment: [
          { name: 'RETCLIP_PROGRAM', value: job.program },
          { name: 'RETCLIP_JOB', value: job.job },
          { name: 'RETCLIP_WORKERS', value: String(workers) },
        ],
      },
    }),
  );
  await storeOnce(store, startedKey(job), { schema: 'job-started/1', batchJob: answer.jobId, workers });
  return true;
}
