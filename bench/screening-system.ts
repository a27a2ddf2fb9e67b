import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ActiveScreening } from '../core/preparation/prepared-for.ts';
import { Configuration } from '../core/programs/configuration.ts';
import { createAggregate } from '../functions/aggregate/aggregate.ts';
import { createIntake } from '../functions/intake/intake.ts';
import { ModelPreparers } from '../functions/prepare/model-preparer.ts';
import { createPrepare } from '../functions/prepare/prepare.ts';
import type { Preparer } from '../functions/prepare/prepare-content.ts';
import { type LocalHome, openLocalHome } from '../local/home.ts';
import { activate, activeModelOf, storeBundleHeads } from '../local/host/active-bundle.ts';
import { QueuePoller } from '../local/host/queue-poller.ts';
import { WorkerProcess } from '../local/host/worker-process.ts';
import { openBundle } from '../model/bundle/index.ts';
import { processMebibytes } from './process-memory.ts';

/** As many as the host calls preparation with at once. */
const PREPARATION_EVENTS = 2;
const LOG = { info: () => undefined, warn: console.warn, error: console.error };

/**
 * A home in a folder of its own, with a worker in a process of its own. The functions, preparation among them, run when they
 * are told to; what decodes photographs is there before.
 */
export class ScreeningSystem {
  readonly home: LocalHome;
  readonly #folder: string;
  readonly #worker: WorkerProcess;
  readonly #preparers: ModelPreparers;
  #pollers: readonly QueuePoller[] = [];
  #prepared = { images: 0, milliseconds: 0 };

  private constructor(home: LocalHome, folder: string, worker: WorkerProcess, preparers: ModelPreparers) {
    this.home = home;
    this.#folder = folder;
    this.#worker = worker;
    this.#preparers = preparers;
  }

  /** Returns when the worker and preparation have their models. */
  static async start(
    model: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ScreeningSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'retclip-bench-'));
    const dataFolder = join(folder, 'data');
    const home = await openLocalHome(dataFolder);
    await storeBundleHeads(home.objects, model);
    await activate(home.objects, await activeModelOf(model), true);
    const logFile = join(folder, 'worker.log');
    const onDeath = async () => undefined;
    const worker = new WorkerProcess({ dataFolder, model, logFile, log: LOG, onDeath, environment });
    const preparers = new ModelPreparers({ bundleOf: () => openBundle(model, { only: 'detector' }) });
    const system = new ScreeningSystem(home, folder, worker, preparers);
    await preparers.preparerFor(await new Configuration(home.objects).screening());
    while (!(await system.workerLog()).includes('The worker is ready')) await delay(100);
    return system;
  }

  /** Begins to work on the queues of preparation, intake and results. */
  startFunctions(): void {
    const { home } = this;
    const configuration = new Configuration(home.objects);
    const parts = { home, configuration, log: LOG, counters: { add: () => undefined } };
    const preparerFor = (active: ActiveScreening) => this.#timedPreparer(active);
    const prepare = createPrepare({ ...parts, source: 'preparation', preparerFor });
    this.#pollers = [
      ...Array.from(
        { length: PREPARATION_EVENTS },
        () => new QueuePoller(home.queues.preparation.queue, prepare, LOG),
      ),
      new QueuePoller(home.queues.intake.queue, createIntake(parts), LOG),
      new QueuePoller(home.queues.results.queue, createAggregate(parts), LOG),
    ];
  }

  async stopFunctions(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
  }

  /** Processor time of preparing an image, in milliseconds: its decoding and its judging. */
  get preparationMilliseconds(): number {
    return this.#prepared.milliseconds / this.#prepared.images;
  }

  async #timedPreparer(active: ActiveScreening): Promise<Preparer> {
    const preparer = await this.#preparers.preparerFor(active);
    return {
      prepare: async (bytes) => {
        const made = await preparer.prepare(bytes);
        this.#prepared.images += 1;
        this.#prepared.milliseconds += made.milliseconds;
        return made;
      },
      detect: (pixels) => preparer.detect(pixels),
      render: (bytes) => preparer.render(bytes),
    };
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
    await this.#preparers.close();
    await this.#worker.stop();
    const log = await this.workerLog();
    await this.home.close();
    await rm(this.#folder, { recursive: true });
    return log;
  }
}
