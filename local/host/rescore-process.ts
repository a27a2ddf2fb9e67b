import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JobKey } from '../../core/jobs/job-record.ts';

const WORKER = fileURLToPath(new URL('../../rescore-worker/main.ts', import.meta.url));

/**
 * Re-scores what is open of a job in a child process, as AWS Batch runs it in a container.
 *
 * @returns its exit code; `null` if it was killed
 */
export async function runRescoreWorker(
  job: JobKey,
  dataFolder: string,
  logFile: string,
  signal: AbortSignal,
): Promise<number | null> {
  const child = fork(WORKER, [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, RETCLIP_DATA: dataFolder, RETCLIP_PROGRAM: job.program, RETCLIP_JOB: job.job },
  });
  const output = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  child.once('close', () => output.end());
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
