import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../core/ports/log.ts';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import { workerNoticeSchema } from '../../gpu-worker/worker-notice.ts';
import { type StartedChild, startChild } from './child-process.ts';
import { LogFile } from './log-file.ts';

/** What runs beside the host as a child process of its own. */
export const CHILDREN = {
  worker: {
    module: fileURLToPath(new URL('../../gpu-worker/main.ts', import.meta.url)),
    subject: 'The worker',
    stands: 'Screening stands still: the worker cannot start',
  },
  preparation: {
    module: fileURLToPath(new URL('./preparation-main.ts', import.meta.url)),
    subject: 'Preparation',
    stands: 'Photographs are not prepared: preparation cannot start',
  },
} as const;

/**
 * A worker that has run this long, or has finished an exam, was well: the next start is not held back. One that ends
 * before either is held back longer each time: it may be the machine that is at fault, not an exam.
 */
const WELL_AFTER_MILLISECONDS = 10_000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
const FIRST_PAUSE_MILLISECONDS = 100;
/** A worker has 30 s to hand its work back. */
const STOP_MILLISECONDS = 32_000;

export interface WorkerProcessOptions {
  /** Which child it is; the worker unless told. */
  readonly child?: keyof typeof CHILDREN;
  readonly dataFolder: string;
  /** Folder of the model bundle. */
  readonly model: string;
  /** Its output goes here. */
  readonly logFile: string;
  readonly log: Log;
  /** Called when a worker ended by itself, before the next one starts. */
  readonly onDeath: () => Promise<void>;
  /** Told when screening stands still for a reason not told before, and when it goes on. */
  readonly onCondition?: (condition: ScreeningCondition) => void;
  /** Further environment, for tests and benches. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Starts it; for tests. */
  readonly start?: typeof startChild;
}

/** Runs the worker, or preparation, as a child process, as its container runs it, and starts it again whenever it ends. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  readonly #output: LogFile;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  /** Whether the present worker, or the last one, has finished an exam. */
  #hasWorked = false;
  #condition: ScreeningCondition = { state: 'starting', reason: null };
  readonly #done: Promise<void>;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#output = new LogFile(options.logFile);
    this.#done = this.#supervise();
  }

  /** Process id of the present worker. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it screens, and why not. */
  get condition(): ScreeningCondition {
    return this.#condition;
  }

  #enter(condition: ScreeningCondition): void {
    const before = this.#condition;
    this.#condition = condition;
    const isNews = before.state !== condition.state || before.reason !== condition.reason;
    if (isNews) this.#options.onCondition?.(condition);
  }

  #hear(message: unknown): void {
    const { success, data } = workerNoticeSchema.safeParse(message);
    if (!success) return;
    if (data.kind === 'worked') {
      this.#hasWorked = true;
      return;
    }
    this.#enter(
      data.kind === 'ready' ? { state: 'running', reason: null } : { state: 'stopped', reason: data.reason },
    );
  }

  /** Lets the worker hand its work back and ends it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child !== undefined) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
      await this.#done;
      clearTimeout(timer);
    }
    await this.#done;
  }

  #start(): StartedChild {
    const { child = 'worker', dataFolder, model, environment, start = startChild } = this.#options;
    const started = start(
      CHILDREN[child].module,
      {
        ...process.env,
        UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism() + 2)),
        RETCLIP_DATA: dataFolder,
        RETCLIP_MODEL: model,
        ...environment,
      },
      this.#output,
    );
    started.process?.on('message', (message) => this.#hear(message));
    return started;
  }

  async #supervise(): Promise<void> {
    const { signal: stopping } = this.#stopping;
    const { child = 'worker', log, logFile, onDeath } = this.#options;
    const { subject } = CHILDREN[child];
    let pause = FIRST_PAUSE_MILLISECONDS;
    while (!stopping.aborted) {
      const began = performance.now();
      const started = this.#start();
      this.#child = started.process;
      this.#hasWorked = false;
      const { code, signal, failure } = await started.ended;
      this.#child = undefined;
      if (stopping.aborted) return;
      // One that was running is started at once; why one could not start stays said until one can.
      if (this.#condition.state === 'running') this.#enter({ state: 'starting', reason: null });
      const wasWell = this.#hasWorked || performance.now() - began > WELL_AFTER_MILLISECONDS;
      pause = wasWell ? FIRST_PAUSE_MILLISECONDS : Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      if (failure === null) {
        log.warn(`${subject} ended and is started again`, { code, signal, logFile, inMilliseconds: pause });
      } else {
        this.#enter({ state: 'stopped', reason: `${subject} cannot be started (${failure}).` });
        log.error(`${subject} cannot be started and is tried again`, {
          reason: failure,
          inMilliseconds: pause,
        });
      }
      await onDeath().catch((error: unknown) =>
        log.error('Loans were not handed back', { reason: String(error) }),
      );
      await delay(pause, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}
