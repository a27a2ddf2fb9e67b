import { readFile } from 'node:fs/promises';

/** Memory of a process as Linux tells it: resident now, or the most that ever was. `NaN` once it has ended. */
export async function processMebibytes(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}
