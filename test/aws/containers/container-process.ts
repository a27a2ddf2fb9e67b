import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';

/** A container as a definition of the stack describes it. */
export interface ContainerDescription {
  /** The image's command. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A container's command, running as a process on this machine. */
export class ContainerProcess {
  readonly #child: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'exit').then(([code]) => code as number | null);
  }

  static start({ command, environment, logFile }: ContainerDescription): ContainerProcess {
    const [, ...words] = command;
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, words, {
      cwd: PROJECT_ROOT,
      // The channel tells the worker when this process is gone.
      stdio: ['ignore', log, log, 'ipc'],
      env: { PATH: process.env.PATH, ...environment },
    });
    closeSync(log);
    return new ContainerProcess(child);
  }

  /** What ECS sends to a container that is to stop. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.ended;
  }
}
