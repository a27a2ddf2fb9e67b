import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, appendFile, mkdir, rename, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The emulator of AWS that is not ours: https://pypi.org/project/ministack (MIT). */
export const MINISTACK_VERSION = '1.5.33';

const CACHE = fileURLToPath(new URL('../../../.cache/ministack', import.meta.url));
const READY_MILLISECONDS = 60_000;
const STOP_MILLISECONDS = 5_000;
const run = promisify(execFile);

/** A running emulator of AWS on this machine, empty. */
export interface Ministack extends AsyncDisposable {
  /** As in `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly port: number;
  readonly logFile: string;
}

/** Installs the emulator into a Python environment of its own, once for each version. @returns its command */
export async function installMinistack(): Promise<string> {
  const environment = join(CACHE, MINISTACK_VERSION);
  const command = join(environment, 'bin', 'ministack');
  const isThere = await access(command).then(
    () => true,
    () => false,
  );
  if (isThere) return command;
  // Whole or not at all: a run that was cut short leaves nothing that looks installed.
  const unfinished = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', unfinished]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await run(join(unfinished, 'bin', 'python'), [...pip, `ministack==${MINISTACK_VERSION}`]);
  await rename(unfinished, environment).catch(() => rm(unfinished, { recursive: true, force: true }));
  return command;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilReady(endpoint: string, child: ChildProcess, logFile: string): Promise<void> {
  const end = performance.now() + READY_MILLISECONDS;
  while (performance.now() < end) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`ministack ${MINISTACK_VERSION} did not start. See ${logFile}`);
}

/**
 * Starts the emulator on a free port of the loopback interface. It keeps everything in memory.
 *
 * @example
 * await using aws = await startMinistack();
 * const s3 = new S3Client({ endpoint: aws.endpoint, forcePathStyle: true });
 */
export async function startMinistack(settings: Readonly<Record<string, string>> = {}): Promise<Ministack> {
  const command = await installMinistack();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(CACHE, `ministack-${port}.log`);
  // The environment's Python runs its own script: where the folder was renamed, the script's first line is not true.
  const python = join(command, '..', 'python');
  const child = spawn(python, ['-m', 'ministack'], {
    env: {
      ...process.env,
      ...{
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: '127.0.0.1',
        LOG_LEVEL: 'WARNING',
      },
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => void appendFile(logFile, text).catch(() => undefined));
  await untilReady(endpoint, child, logFile);
  return {
    ...{ endpoint, port, logFile },
    async [Symbol.asyncDispose]() {
      const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
      await ended;
      clearTimeout(late);
    },
  };
}
