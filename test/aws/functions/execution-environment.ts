import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./function-process.ts', import.meta.url));

/** A function as the stack describes it. */
export interface DeployedFunction {
  /** Logical id. */
  readonly id: string;
  /** Module with the handler, as a URL. */
  readonly module: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where what it writes is kept. */
  readonly logFile: string;
  /** Module loaded before the function's own, for what lies around a function on AWS. */
  readonly preload?: string;
}

/** What a function answered, or the error that its call ended with. */
export type FunctionAnswer =
  | {
      readonly answer: unknown;
      /** Of the function's own process, in milliseconds; what its child processes take is not in it. */
      readonly processor?: number;
    }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

/** A process that answers a function's events, one after the other, as an execution environment of Lambda does. */
export class ExecutionEnvironment {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(described: DeployedFunction): Promise<ExecutionEnvironment> {
    const log = openSync(described.logFile, 'a');
    const child = fork(PROCESS, [described.module, described.handler], {
      env: { PATH: process.env.PATH, ...described.environment },
      execArgv: described.preload === undefined ? [] : ['--import', described.preload],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const environment = new ExecutionEnvironment(child);
    const first = await environment.#message();
    if ('error' in first) throw new Error(`${described.id} did not start: ${first.error.errorMessage}`);
    return environment;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  invoke(event: unknown, requestId: string, deadline: number): Promise<FunctionAnswer> {
    const answered = this.#message();
    this.#child.send({ event, requestId, deadline });
    return answered;
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #message(): Promise<FunctionAnswer> {
    const { promise, resolve } = Promise.withResolvers<FunctionAnswer>();
    const leave = (answer: FunctionAnswer) => {
      this.#child.off('message', leave).off('exit', gone).off('error', gone);
      resolve(answer);
    };
    const gone = () =>
      leave({
        error: { errorType: 'Runtime.ExitError', errorMessage: 'The process of the function ended.' },
      });
    this.#child.once('message', leave).once('exit', gone).once('error', gone);
    return promise;
  }
}
