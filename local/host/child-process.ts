import { type ChildProcess, fork } from 'node:child_process';
import { reasonOf } from '../../core/errors.ts';
import type { LogFile } from './log-file.ts';

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started; `null` if it was. */
  readonly failure: string | null;
}

export interface StartedChild {
  /** `undefined` if it could not be started. */
  readonly process: ChildProcess | undefined;
  readonly ended: Promise<Ended>;
}

function notStarted(error: unknown): StartedChild {
  const failure = reasonOf(error);
  return { process: undefined, ended: Promise.resolve({ code: null, signal: null, failure }) };
}

/**
 * Starts a module as a child process whose output goes to a log. Where the system has no process or no file descriptor
 * left, that is told as its end; nothing is thrown, and no event is left without a listener.
 */
export function startChild(module: string, environment: NodeJS.ProcessEnv, log: LogFile): StartedChild {
  let child: ChildProcess;
  try {
    child = fork(module, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: environment });
  } catch (error) {
    return notStarted(error);
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => {
      // Of one that runs it tells of a signal that could not be sent.
      if (child.pid === undefined) resolve({ code: null, signal: null, failure: error.message });
    });
    child.once('exit', (code, signal) => resolve({ code, signal, failure: null }));
  });
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (part: Uint8Array) => log.append(part));
    output?.on('error', () => undefined);
  }
  return { process: child, ended };
}
