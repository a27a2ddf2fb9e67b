import { fileURLToPath } from 'node:url';
import type { JobKey } from '../../core/jobs/job-record.ts';
import { LocalError } from '../errors.ts';
import { startChild } from './child-process.ts';
import type { LogFile } from './log-file.ts';

const WORKER = fileURLToPath(new URL('../../rescore-worker/main.ts', import.meta.url));

/**
 * Re-scores what is open of a job in a child process, as AWS Batch runs it in a container.
 *
 * @returns its exit code; `null` if it was killed
 * @throws LocalError if it cannot be started
 */
export async function runRescoreWorker(
  job: JobKey,
  dataFolder: string,
  log: LogFile,
  signal: AbortSignal,
): Promise<number | null> {
  const environment = {
    ...{ RETCLIP_DATA: dataFolder, RETCLIP_PROGRAM: job.program, RETCLIP_JOB: job.job },
  };
  const child = startChild(WORKER, { ...process.env, ...environment }, log);
  const stop = () => child.process?.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const { code, failure } = await child.ended;
    if (failure !== null) throw new LocalError(`The worker of the job cannot be started: ${failure}.`);
    return code;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
