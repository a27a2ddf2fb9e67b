import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Configuration } from '../core/programs/configuration.ts';
import { createAggregate } from '../functions/aggregate/aggregate.ts';
import { createIntake } from '../functions/intake/intake.ts';
import { type LocalHome, openLocalHome } from '../local/home.ts';
import { activate, activeModelOf } from '../local/host/active-bundle.ts';
import { QueuePoller } from '../local/host/queue-poller.ts';
import { WorkerProcess } from '../local/host/worker-process.ts';
import { processMebibytes } from './process-memory.ts';

const LOG = { info: () => undefined, warn: console.warn, error: console.error };

/** A home in a folder of its own, with a worker in a process of its own; the functions run when they are told to. */
export class ScreeningSystem {
  readonly home: LocalHome;
  readonly #folder: string;
  readonly #worker: WorkerProcess;
  #pollers: readonly QueuePoller[] = [];

  private constructor(home: LocalHome, folder: string, worker: WorkerProcess) {
    this.home = home;
    this.#folder = folder;
    this.#worker = worker;
  }

  /** Returns when the worker has its model. */
  static async start(
    model: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ScreeningSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'retclip-bench-'));
    const dataFolder = join(folder, 'data');
    const home = await openLocalHome(dataFolder);
    await activate(home.objects, await activeModelOf(model));
    const logFile = join(folder, 'worker.log');
    const onDeath = async () => undefined;
    const worker = new WorkerProcess({ dataFolder, model, logFile, log: LOG, onDeath, environment });
    const system = new ScreeningSystem(home, folder, worker);
    while (!(await system.workerLog()).includes('The worker is ready')) await delay(100);
    return system;
  }

  /** Begins to work on the queues of intake and results. */
  startFunctions(): void {
    const { home } = this;
    const configuration = new Configuration(home.objects);
    const parts = { home, configuration, log: LOG, counters: { add: () => undefined } };
    this.#pollers = [
      new QueuePoller(home.queues.intake.queue, createIntake(parts), LOG),
      new QueuePoller(home.queues.results.queue, createAggregate(parts), LOG),
    ];
  }

  async stopFunctions(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
  }

  /** Exams of a program that have their result. */
  async answered(program: string): Promise<number> {
    const { registered, screening, ...outcomes } = await this.home.exams.count(program);
    return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  }

  /** Memory of the worker's process in MiB, now or at most so far. */
  residentMebibytes(what: 'VmRSS' | 'VmHWM'): Promise<number> {
    return processMebibytes(this.#worker.pid, what);
  }

  async workerLog(): Promise<string> {
    return readFile(join(this.#folder, 'worker.log'), 'utf8').catch(() => '');
  }

  /** Stops the worker, which then writes its last figures. @returns its log */
  async stop(): Promise<string> {
    await this.stopFunctions();
    await this.#worker.stop();
    const log = await this.workerLog();
    await this.home.close();
    await rm(this.#folder, { recursive: true });
    return log;
  }
}
