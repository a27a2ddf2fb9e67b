import type { JobKey } from './job-record.ts';

/** Definitions of jobs. A new object here starts a job. */
export const JOB_RECORDS_PREFIX = 'job-records/';
/** Reports of jobs that have ended. */
export const JOB_REPORTS_PREFIX = 'job-reports/';
/** Shards, results and receipts of jobs. */
export const JOBS_PREFIX = 'jobs/';
/** Schedules. A new version of an object here changes a schedule. */
export const JOB_SCHEDULES_PREFIX = 'job-schedules/';
/** Selections that were uploaded. */
export const JOB_MANIFESTS_PREFIX = 'job-manifests/';

/** Parts of a job begin so. */
const RECEIPTS = 'receipts/';
const RESULTS = 'results/';
const SETTLING = 'settling/';
const SHARD = 'shard-';
const PREPARING = 'preparing/';
const PREPARED = 'prepared/';

function numbered(shard: number): string {
  return String(shard).padStart(6, '0');
}

export function jobRecordKey({ program, job }: JobKey): string {
  return `${JOB_RECORDS_PREFIX}${program}/${job}.json`;
}

export function jobReportKey({ program, job }: JobKey): string {
  return `${JOB_REPORTS_PREFIX}${program}/${job}.json`;
}

/** @param part which part of the job: `receipts/`, `plan.json` */
export function jobPartKey({ program, job }: JobKey, part: string): string {
  return `${JOBS_PREFIX}${program}/${job}/${part}`;
}

export const planKey = (job: JobKey): string => jobPartKey(job, 'plan.json');
export const cancellationKey = (job: JobKey): string => jobPartKey(job, 'cancelled.json');
/** One shard of the exams selected: JSONL. */
export const manifestKey = (job: JobKey, shard: number): string =>
  jobPartKey(job, `${SHARD}${numbered(shard)}.jsonl`);
/** What re-scoring made of a shard, before it is written to the exams. */
export const shardResultsKey = (job: JobKey, shard: number): string =>
  jobPartKey(job, `${RESULTS}${numbered(shard)}.json`);
/** How many of them are written, while the shard is being dealt with. */
export const shardProgressKey = (job: JobKey, shard: number): string =>
  jobPartKey(job, `${SETTLING}${numbered(shard)}.json`);
/** What a part of a job is, by its key: a receipt, work that its exams have taken over, or what stays. */
export function partOfJob(job: JobKey, key: string): 'receipt' | 'work' | 'kept' {
  const part = key.slice(jobPartKey(job, '').length);
  if (part.startsWith(RECEIPTS)) return 'receipt';
  return [RESULTS, SETTLING, SHARD, PREPARING, PREPARED].some((work) => part.startsWith(work))
    ? 'work'
    : 'kept';
}

export const receiptsPrefix = (job: JobKey): string => jobPartKey(job, RECEIPTS);
/** Written once, when all exams of a shard are dealt with. */
export const receiptKey = (job: JobKey, shard: number): string =>
  `${receiptsPrefix(job)}${numbered(shard)}.json`;

/** Under it lies which images of a job's shards were asked for, of every contract. */
export const everyPreparingPrefix = (job: JobKey): string => jobPartKey(job, PREPARING);
export const preparingPrefix = (job: JobKey, contract: string): string =>
  `${everyPreparingPrefix(job)}${contract}/`;
/** Written once, when the images that a shard lacks have been asked for under a contract. */
export const preparingKey = (job: JobKey, contract: string, shard: number): string =>
  `${preparingPrefix(job, contract)}${numbered(shard)}.json`;
export const preparedReceiptsPrefix = (job: JobKey): string => jobPartKey(job, PREPARED);
/** Written once, when the images of a shard are prepared, or given up. */
export const preparedReceiptKey = (job: JobKey, shard: number): string =>
  `${preparedReceiptsPrefix(job)}${numbered(shard)}.json`;

/** @returns the number of a shard from its receipt's key */
export function shardOfReceipt(key: string): number {
  return Number(/(\d{6})\.json$/.exec(key)?.[1]);
}

/** @returns the job that a record's key names, or `null` if the key is not of a record */
export function jobOfRecordKey(key: string): JobKey | null {
  const [, program, job] = /^job-records\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
  return program === undefined || job === undefined ? null : { program, job };
}

/** @returns the shard whose results lie under a key, or `null` if the key is not of results */
export function shardOfResults(key: string): { readonly job: JobKey; readonly shard: number } | null {
  const [, program, job, shard] = /^jobs\/([^/]+)\/([^/]+)\/results\/(\d{6})\.json$/.exec(key) ?? [];
  return program === undefined || job === undefined ? null : { job: { program, job }, shard: Number(shard) };
}
