import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { storeOnce } from '../documents/stored-once.ts';
import type { ObjectStore } from '../ports/index.ts';
import { jobPartKey } from './job-keys.ts';
import type { JobKey } from './job-record.ts';

/**
 * Exit code of a worker that would fail again: its model cannot be loaded, its job's plan is damaged, its settings are not
 * valid. AWS Batch tries every other code again. It is `EX_CONFIG` of sysexits.h.
 *
 * @see https://man.freebsd.org/cgi/man.cgi?query=sysexits
 */
export const PERMANENT_FAULT_EXIT_CODE = 78;

const workerFailureSchema = z.object({
  schema: z.literal('worker-failure/1'),
  reason: z.string().min(1),
  at: z.iso.datetime(),
});

const workerFailureKey = (job: JobKey): string => jobPartKey(job, 'worker-failure.json');

/** Keeps why a worker of a job gave up, for the job's report. Of several workers the first counts. */
export async function storeWorkerFailure(
  store: ObjectStore,
  job: JobKey,
  reason: string,
  now = new Date(),
): Promise<void> {
  await storeOnce(store, workerFailureKey(job), {
    schema: 'worker-failure/1',
    reason,
    at: now.toISOString(),
  });
}

/** @returns why a worker gave up, or `undefined` if none did */
export async function readWorkerFailure(store: ObjectStore, job: JobKey): Promise<string | undefined> {
  return (await readStoredJson(store, workerFailureKey(job), workerFailureSchema))?.reason;
}
