import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reader } from './reader.ts';

/** Of one processor's time, for one input. Wall-clock time would say how busy the machine is. */
export const MOST_MILLISECONDS = 1_000;
const MEMORY_MEGABYTES = 256;

export type Answer =
  | { readonly kind: 'ready' | 'accepted' | 'refused' }
  | { readonly kind: 'error' | 'time' | 'memory'; readonly what: string };

/** Runs one reader in this process. @param path of the module that exports it as `readers` */
async function serve(path: string, name: string): Promise<void> {
  const { readers } = (await import(path)) as { readers: readonly Reader[] };
  const reader = readers.find((one) => one.name === name);
  if (reader === undefined) throw new Error(`There is no reader "${name}".`);
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('disconnect', () => process.exit());
  const answer = (what: Answer) => process.send?.(what);
  // The first good input loads whatever is loaded once.
  for (const seed of await reader.seeds()) await reader.read(seed, folder);
  let memory = process.resourceUsage().maxRSS / 1_024;

  process.on('message', async (encoded: string) => {
    const input = Buffer.from(encoded, 'base64');
    const began = process.cpuUsage();
    let verdict: Answer = { kind: 'accepted' };
    try {
      await reader.read(input, folder);
    } catch (error) {
      const isRefusal = reader.refusals.some((Kind) => error instanceof Kind);
      verdict = isRefusal
        ? { kind: 'refused' }
        : { kind: 'error', what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    const { user, system } = process.cpuUsage(began);
    const milliseconds = (user + system) / 1_000;
    const peak = process.resourceUsage().maxRSS / 1_024;
    const limit = reader.memoryMegabytes ?? MEMORY_MEGABYTES;
    if (milliseconds > MOST_MILLISECONDS)
      verdict = { kind: 'time', what: `${Math.round(milliseconds)} ms of processor time` };
    else if (peak - memory > limit)
      verdict = { kind: 'memory', what: `${Math.round(peak - memory)} MB more than ${limit} MB allow` };
    // A peak is remembered for ever: the next input is measured from it.
    if (verdict.kind === 'memory') memory = peak;
    answer(verdict);
  });
  answer({ kind: 'ready' });
}

const [, , path, name] = process.argv;
if (process.send !== undefined && path !== undefined && name !== undefined) await serve(path, name);
