import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Step, stepSchema } from './step.ts';

const PROCESS = fileURLToPath(new URL('./writing-process.ts', import.meta.url));

/** Steps of the store, which take longest: the others come in between in plenty. */
function counts({ step }: Step): boolean {
  return step === 'opening' || step === 'put' || step === 'removed';
}

/**
 * Lets two processes write to one data folder, as a host and its worker do, and kills both with SIGKILL when they have
 * said a number of the store's steps between them.
 *
 * @returns every step that they said before they died, and what they printed as errors
 */
export async function writeUntilKilled(
  directory: string,
  names: readonly string[],
  seed: number,
  killAfter: number,
): Promise<{ readonly steps: readonly Step[]; readonly errors: string }> {
  const steps: Step[] = [];
  let errors = '';
  const children = names.map((name, index) =>
    spawn(process.execPath, [PROCESS, directory, name, String(seed + index)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  function killAll(): void {
    for (const child of children) child.kill('SIGKILL');
  }
  const ends = children.map(async (child) => {
    const closed = once(child, 'close');
    child.stderr.on('data', (text) => {
      errors += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The last line may have been cut by the kill: then its step was not said.
      if (line.endsWith('}')) steps.push(stepSchema.parse(JSON.parse(line)));
      if (steps.filter(counts).length >= killAfter) killAll();
    });
    await closed;
    killAll();
  });
  await Promise.all(ends);
  return { steps, errors };
}
