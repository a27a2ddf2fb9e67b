import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ResultLine } from '../../core/reviews/result-line.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const run = promisify(execFile);

/** `retclip local` in a process of its own, to be killed and started again. */
export class RunningSystem {
  readonly dataFolder: string;
  #child: ChildProcess | undefined;

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
  }

  /**
   * @param model folder of a bundle; the default one if left out
   * @param further options of `retclip local`
   */
  async start(model?: string, ...further: readonly string[]): Promise<void> {
    const bundle = model === undefined ? [] : ['--model', model];
    const child = spawn(
      process.execPath,
      [MAIN, 'local', '--data', this.dataFolder, '--json', ...bundle, ...further],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    this.#child = child;
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`retclip local ended with code ${code} instead of serving.`);
      }),
    ]);
  }

  /** `kill -9` of the host. Its worker and its preparation end by themselves. */
  async killHost(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** `kill -9` of the worker, wherever it is in its batch. @returns whether there was one */
  killWorker(): Promise<boolean> {
    return this.#signal('worker.log', /"The worker is ready","pid":(\d+)/g, 'SIGKILL');
  }

  /** `kill -9` of preparation, whatever it is decoding. @returns whether there was one */
  killPreparation(): Promise<boolean> {
    return this.#signal('preparation.log', /"Preparation is ready","pid":(\d+)/g, 'SIGKILL');
  }

  /** Has preparation stand still, so that what it makes is waited for, or go on. @returns whether there is one */
  pausePreparation(paused: boolean): Promise<boolean> {
    const signal = paused ? 'SIGSTOP' : 'SIGCONT';
    return this.#signal('preparation.log', /"Preparation is ready","pid":(\d+)/g, signal);
  }

  async #signal(logFile: string, pid: RegExp, signal: NodeJS.Signals): Promise<boolean> {
    const log = await readFile(join(this.dataFolder, logFile), 'utf8').catch(() => '');
    const last = [...log.matchAll(pid)].at(-1)?.[1];
    if (last === undefined) return false;
    try {
      return process.kill(Number(last), signal);
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  /** Runs another verb against the system. @returns its standard output */
  async retclip(...words: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [MAIN, ...words, '--data', this.dataFolder], {
      maxBuffer: 1 << 28,
    });
    return stdout;
  }

  /** What `retclip results --json` prints of a program. */
  async results(program: string): Promise<ResultLine[]> {
    const text = await this.retclip('results', '--program', program, '--json');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): ResultLine => JSON.parse(line));
  }

  /** A verb that is to be killed around: it is tried until it succeeds. */
  async insist(...words: readonly string[]): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.retclip(...words);
      } catch (error) {
        if (attempt === 40) throw error;
        await delay(250);
      }
    }
  }
}
