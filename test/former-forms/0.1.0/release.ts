import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a run of the released command ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout of the release with its packages installed, and one data folder that it works on. */
export class Release {
  readonly checkout: string;
  readonly data: string;
  #host: ChildProcess | undefined;

  constructor(checkout: string, data: string) {
    this.checkout = checkout;
    this.data = data;
  }

  /** Imports a module of the release's own code. */
  module(path: string) {
    return import(join(this.checkout, path));
  }

  async start(): Promise<void> {
    const words = ['cli/main.ts', 'local', '--data', this.data, '--private-webhooks', '--json'];
    const host = spawn(process.execPath, words, { cwd: this.checkout, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#host = host;
    await once(host.stdout, 'data');
  }

  async endpoint(): Promise<{ url: string; token: string; pid: number }> {
    return JSON.parse(await readFile(join(this.data, 'endpoint.json'), 'utf8'));
  }

  /** Runs a verb that may fail. */
  async attempt(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const options = { cwd: this.checkout, env: { ...process.env, NO_COLOR: '1', ...environment } };
    return run(process.execPath, ['cli/main.ts', ...words], options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  }

  /** Runs a verb on the data folder. @returns its standard output */
  async retclip(...words: readonly string[]): Promise<string> {
    const ended = await this.attempt([...words, '--data', this.data]);
    if (ended.code !== 0) throw new Error(`retclip ${words.join(' ')}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const { url, token } = await this.endpoint();
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async #workerId(): Promise<number> {
    const log = await readFile(join(this.data, 'worker.log'), 'utf8');
    return Number([...log.matchAll(/"The worker is ready","pid":(\d+)/g)].at(-1)?.[1]);
  }

  /** The worker takes nothing from its queue any more. */
  async freezeWorker(): Promise<void> {
    process.kill(await this.#workerId(), 'SIGSTOP');
  }

  /** A power cut, as far as processes can tell: host and worker end at once. */
  async kill(): Promise<void> {
    const worker = await this.#workerId();
    const host = this.#host;
    if (host === undefined) throw new Error('Expected a running host.');
    const exited = once(host, 'exit');
    host.kill('SIGKILL');
    process.kill(worker, 'SIGKILL');
    await exited;
    await delay(500);
  }
}

/** Asks until there is an answer. */
export async function eventually<Value>(ask: () => Promise<Value | undefined | false>): Promise<Value> {
  for (let attempt = 1; attempt <= 240; attempt += 1) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    await delay(250);
  }
  throw new Error(`It did not happen within a minute: ${ask}`);
}
