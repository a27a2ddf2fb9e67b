import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { containerEnvironment, type SubmittedJob } from '../emulators/batch-service.ts';

/** What the images of the job definitions run, by the definition's name. */
const WORKERS: Readonly<Record<string, string>> = {
  'screen:1': fileURLToPath(new URL('../../gpu-worker/main.ts', import.meta.url)),
  'rescore:1': fileURLToPath(new URL('../../rescore-worker/main.ts', import.meta.url)),
};

/** What became of a container. */
export interface EndedContainer {
  readonly exitCode: number | null;
  readonly log: string;
}

/** Runs the workers of submitted jobs as AWS Batch runs their containers: a process for each child of the array. */
export class BatchWorkers {
  readonly #services: Readonly<Record<string, string>>;
  readonly #scratch: string;
  readonly #running = new Set<ChildProcess>();

  private constructor(services: Readonly<Record<string, string>>, scratch: string) {
    this.#services = services;
    this.#scratch = scratch;
  }

  /** @param services by which a container finds its home */
  static async open(services: Readonly<Record<string, string>>): Promise<BatchWorkers> {
    return new BatchWorkers(services, await mkdtemp(join(tmpdir(), 'retclip-batch-')));
  }

  /** Runs all children of a job, or those given, one attempt each. */
  run(job: SubmittedJob, attempt = 1, children?: readonly number[]): Promise<readonly EndedContainer[]> {
    const all = Array.from({ length: job.arrayProperties?.size ?? 1 }, (_, child) => child);
    return Promise.all((children ?? all).map((child) => this.#runChild(job, child, attempt)));
  }

  /** What a reclaimed Spot instance does to its containers. */
  reclaim(): void {
    for (const child of this.#running) child.kill('SIGTERM');
  }

  async close(): Promise<void> {
    const ended = [...this.#running].map((child) => once(child, 'close'));
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.all(ended);
    await rm(this.#scratch, { recursive: true });
  }

  async #runChild(job: SubmittedJob, child: number, attempt: number): Promise<EndedContainer> {
    const { PATH = '' } = process.env;
    const started = spawn(process.execPath, [WORKERS[job.jobDefinition] ?? ''], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH,
        ...this.#services,
        // A container has a disk of its own.
        RETCLIP_CACHE: join(this.#scratch, String(child)),
        RETCLIP_PRICE_PER_HOUR: '0.8',
        RETCLIP_BATCH_SIZE: '4',
        RETCLIP_THREADS: '1',
        ...containerEnvironment(job, child, attempt),
      },
    });
    this.#running.add(started);
    const [log, errors, [exitCode]] = await Promise.all([
      text(started.stdout),
      text(started.stderr),
      once(started, 'close') as Promise<[number | null]>,
    ]);
    this.#running.delete(started);
    return { exitCode, log: log + errors };
  }
}
