import { readStoredJson } from '../documents/stored-json.ts';
import { storeOnce } from '../documents/stored-once.ts';
import { CoreError } from '../errors.ts';
import type { ObjectStore, Page, PageRequest } from '../ports/index.ts';
import { instantOfJob } from './job-id.ts';
import {
  cancellationKey,
  JOB_RECORDS_PREFIX,
  jobOfRecordKey,
  jobRecordKey,
  jobReportKey,
  manifestKey,
  planKey,
} from './job-keys.ts';
import { type JobPlan, jobPlanSchema, type ManifestLine, manifestLineSchema } from './job-plan.ts';
import { type JobKey, type JobRecord, jobName, jobRecordSchema } from './job-record.ts';
import { type JobReport, jobReportSchema } from './job-report.ts';

/** An object of a job is not what this system writes. */
export class JobDamagedError extends CoreError {}

/** Stores a job, which starts it. @returns `false` if it was there before: it was called for twice */
export function storeJob(store: ObjectStore, job: JobRecord): Promise<boolean> {
  return storeOnce(store, jobRecordKey(job), job);
}

/** @returns `undefined` if no job has this name */
export function readJob(store: ObjectStore, key: JobKey): Promise<JobRecord | undefined> {
  return readStoredJson(store, jobRecordKey(key), jobRecordSchema);
}

/** @returns `undefined` while the plan is not complete */
export function readPlan(store: ObjectStore, key: JobKey): Promise<JobPlan | undefined> {
  return readStoredJson(store, planKey(key), jobPlanSchema);
}

/** @returns `undefined` while the job runs */
export function readReport(store: ObjectStore, key: JobKey): Promise<JobReport | undefined> {
  return readStoredJson(store, jobReportKey(key), jobReportSchema);
}

/** Asks a job to begin no further shard. Results on their way are still written. */
export async function cancelJob(store: ObjectStore, key: JobKey, by: string, at: Date): Promise<void> {
  await storeOnce(store, cancellationKey(key), { schema: 'job-cancelled/1', at: at.toISOString(), by });
}

export async function isCancelled(store: ObjectStore, key: JobKey): Promise<boolean> {
  return (await store.head(cancellationKey(key))) !== undefined;
}

const JOBS_READ = 1_000;

/** Names of jobs in the order of their creation: of one program, or of all. */
export async function listJobs(
  store: ObjectStore,
  program: string | null,
  page: PageRequest,
): Promise<Page<JobKey>> {
  const prefix = program === null ? JOB_RECORDS_PREFIX : `${JOB_RECORDS_PREFIX}${program}/`;
  const { items, cursor } = await store.list(prefix, page);
  const jobs = items.flatMap(({ key }) => jobOfRecordKey(key) ?? []);
  return cursor === undefined ? { items: jobs } : { items: jobs, cursor };
}

/**
 * The instant that names a new job of a program: now, or just after the program's last job where the clock was set back
 * since. Of two jobs about one exam the later name counts.
 */
export async function nextJobInstant(store: ObjectStore, program: string, now: Date): Promise<Date> {
  let last: string | undefined;
  let cursor: string | undefined;
  do {
    const page = await listJobs(store, program, { limit: JOBS_READ, cursor });
    last = page.items.at(-1)?.job ?? last;
    cursor = page.cursor;
  } while (cursor !== undefined);
  const before = last === undefined ? null : instantOfJob(last);
  return before === null || before < now ? now : new Date(before.getTime() + 1);
}

/** Reads one shard of the exams selected. @throws JobDamagedError naming the line */
export async function readShard(store: ObjectStore, key: JobKey, shard: number): Promise<ManifestLine[]> {
  const { content } = await store.get(manifestKey(key, shard));
  const lines = Buffer.from(content).toString('utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    try {
      return manifestLineSchema.parse(JSON.parse(line));
    } catch (error) {
      throw new JobDamagedError(
        `Line ${index + 1} of shard ${shard} of job ${jobName(key)} is damaged. Cancel the job and create it again.`,
        { cause: error },
      );
    }
  });
}
