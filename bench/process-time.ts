import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Linux counts processor time in ticks of so many milliseconds: `getconf CLK_TCK` is 100. */
const TICK_MILLISECONDS = 10;

interface Process {
  readonly parent: number;
  /** The program that it runs. */
  readonly program: string;
  readonly milliseconds: number;
}

/** @returns the first script in a command line with its folder, else its program. @example 'gpu-worker/main.ts' */
function programOf(commandLine: string): string {
  const words = commandLine.split('\0');
  const script = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  return script === undefined ? basename(words[0] ?? '') : `${basename(dirname(script))}/${basename(script)}`;
}

/** @see proc_pid_stat(5): the name may hold spaces, so fields are counted from its last bracket */
function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      // utime, stime, and those of children that have ended.
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      const program = programOf(readFileSync(`/proc/${name}/cmdline`, 'utf8'));
      found.set(Number(name), {
        ...{ parent: Number(fields[1]), program, milliseconds: ticks * TICK_MILLISECONDS },
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Processor time that a process and everything below it have taken so far, in milliseconds, by program. Linux alone. */
export function processorTimeBelow(pid: number): Map<string, number> {
  const all = processes();
  const isBelow = (one: number): boolean => {
    const parent = all.get(one)?.parent;
    return one === pid || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  const sums = new Map<string, number>();
  for (const [one, { program, milliseconds }] of all)
    if (isBelow(one)) sums.set(program, (sums.get(program) ?? 0) + milliseconds);
  return sums;
}
