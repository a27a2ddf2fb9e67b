import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer } from './child.ts';
import { Random } from './random.ts';
import type { Finding, Reader } from './reader.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
/** All readers of the project. */
export const READERS = fileURLToPath(new URL('./readers/index.ts', import.meta.url));
/** An input that no answer came to by then hangs: the machine may be busy, but not so busy. */
const PATIENCE_MILLISECONDS = 60_000;
const HEAP_MEGABYTES = 1_024;

/** What became of a reader's inputs. */
export interface Tally {
  readonly reader: string;
  cases: number;
  accepted: number;
  refused: number;
  readonly findings: Finding[];
  /** The inputs of the findings, in their order. */
  readonly inputs: Buffer[];
}

/** A reader in a process of its own, which may crash. */
class ReaderProcess {
  readonly #reader: string;
  readonly #module: string;
  #child: ChildProcess | undefined;

  constructor(reader: string, module: string) {
    this.#reader = reader;
    this.#module = module;
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child?.connected && this.#child.exitCode === null) return this.#child;
    const child = fork(CHILD, [this.#module, this.#reader], {
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.on('data', (data) => {
      said = (said + data).slice(-2_000);
    });
    const ready = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if ((ready[0] as Partial<Answer>)?.kind !== 'ready')
      throw new Error(`Reader "${this.#reader}" cannot read its own seeds: ${said}`);
    this.#child = child;
    return child;
  }

  async read(input: Buffer): Promise<Answer | { readonly kind: 'crash'; readonly what: string }> {
    const child = await this.#started();
    const hangs = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLISECONDS);
    const answered = new AbortController();
    try {
      child.send(input.toString('base64'));
      return await Promise.race([
        once(child, 'message', { signal: answered.signal }).then(([answer]) => answer as Answer),
        once(child, 'exit', { signal: answered.signal }).then(([code, signal]) => ({
          kind: 'crash' as const,
          what: `the process ended: ${signal ?? `code ${code}`}`,
        })),
      ]);
    } finally {
      answered.abort();
      clearTimeout(hangs);
    }
  }

  stop(): void {
    this.#child?.disconnect();
    this.#child?.kill();
  }
}

function sha256Of(input: Buffer): string {
  return createHash('sha256').update(input).digest('hex');
}

/** The input of one case: the same for the same seed, reader and number. */
export function caseInput(reader: Reader, seeds: readonly Buffer[], seed: string, number: number): Buffer {
  const random = new Random(`${seed} ${reader.name} ${number}`);
  return reader.mutate(random.pick(seeds) ?? Buffer.alloc(0), random, seeds);
}

/**
 * Gives a reader inputs and tells what became of them.
 *
 * @param inputs in their order
 * @param module that exports `readers`; all of the project's unless told
 */
export async function tryInputs(reader: string, inputs: Iterable<Buffer>, module = READERS): Promise<Tally> {
  const tally: Tally = { reader, cases: 0, accepted: 0, refused: 0, findings: [], inputs: [] };
  const process = new ReaderProcess(reader, module);
  try {
    for (const input of inputs) {
      const answer = await process.read(input);
      tally.cases += 1;
      if (answer.kind === 'accepted') tally.accepted += 1;
      else if (answer.kind === 'refused') tally.refused += 1;
      else if ('what' in answer) {
        tally.findings.push({ reader, kind: answer.kind, what: answer.what, sha256: sha256Of(input) });
        tally.inputs.push(input);
      }
    }
  } finally {
    process.stop();
  }
  return tally;
}

/** Mutations of a reader's seeds. */
export async function fuzzReader(
  reader: Reader,
  seed: string,
  cases: number,
  module = READERS,
): Promise<Tally> {
  const seeds = await reader.seeds();
  function* inputs() {
    for (let number = 0; number < cases; number += 1) yield caseInput(reader, seeds, seed, number);
  }
  return tryInputs(reader.name, inputs(), module);
}
