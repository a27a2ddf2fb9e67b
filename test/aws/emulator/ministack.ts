import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmulatorError } from '../errors.ts';
import { freePort } from './free-port.ts';
import { installMinistack } from './install-ministack.ts';

const SERVE = join(import.meta.dirname, 'serve.py');
const START_ATTEMPTS = 600;
const PAUSE_MILLISECONDS = 100;

/** Where the emulated account is. Not the SDK's default: who forgets to say where it is, is found out. */
export const REGION = 'eu-central-1';
/** The emulator's own, of keys that name no account. */
export const ACCOUNT = '000000000000';

/** A running emulator of AWS. */
export interface Ministack {
  /** Where it listens. */
  readonly endpoint: string;
  /** What it has logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

export interface MinistackOptions {
  /** Port by which others reach it, in the addresses that it gives out: of queues, of APIs. Its own if left out. */
  readonly publicPort?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts ministack on a loopback port. It ends with this process, whatever becomes of it.
 *
 * @throws EmulatorError if it does not answer
 * @example await using emulator = await startMinistack();
 */
export async function startMinistack(options: MinistackOptions = {}): Promise<Ministack & AsyncDisposable> {
  const python = await installMinistack();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'retclip-ministack-'));
  const logFile = join(folder, 'log.txt');
  const log = openSync(logFile, 'a');
  const { PATH = '' } = process.env;
  const child = spawn(python, [SERVE, String(port)], {
    cwd: folder,
    stdio: ['pipe', log, log],
    env: {
      PATH,
      HOME: folder,
      TMPDIR: folder,
      GATEWAY_PORT: String(options.publicPort ?? port),
      MINISTACK_REGION: REGION,
      LOG_LEVEL: 'WARNING',
      // They would listen on further ports.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      ...options.environment,
    },
  });
  closeSync(log);
  const readLog = () => readFile(logFile, 'utf8');
  const stop = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; !(await answers(endpoint)); attempt += 1) {
    if (child.exitCode !== null || attempt === START_ATTEMPTS) {
      const said = await readLog();
      await stop();
      throw new EmulatorError(`ministack does not answer on ${endpoint}. It said: ${said.slice(-2_000)}`);
    }
    await delay(PAUSE_MILLISECONDS);
  }
  return { endpoint, log: readLog, stop, [Symbol.asyncDispose]: stop };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}
