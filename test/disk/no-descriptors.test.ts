import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalHome } from '../../local/home.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';
import { drawExams } from './drawn-exams.ts';

const run = promisify(execFile);

/** Why descriptors cannot be taken from a running process here; '' where they can. */
async function hindrance(): Promise<string> {
  try {
    await run('prlimit', ['--pid', String(process.pid), '--nofile']);
    await readdir(`/proc/${process.pid}/fd`);
    return '';
  } catch (error) {
    return String(error);
  }
}

const why = await hindrance();
if (why !== '') console.warn(`NOT TESTED: a host without file descriptors, since ${why}`);

describe.skipIf(why !== '')('a host that may open no further file', () => {
  let folder = '';
  let system: RunningSystem;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'descriptors-'));
    system = new RunningSystem(join(folder, 'data'));
    await system.start();
  }, 60_000);
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const hostPid = async (): Promise<number> =>
    JSON.parse(await readFile(join(system.dataFolder, 'endpoint.json'), 'utf8')).pid;

  it('stays up, starts its worker again and again, and answers every exam once it may', async () => {
    const data = ['--data', system.dataFolder];
    const first = await drawExams(folder, 0, 2);
    expect((await retclip(['upload', first, '--wait', '--json', ...data])).code).toBe(0);
    const pid = await hostPid();
    // Below the first number that is free: what is open stays so, and nothing can be opened.
    const open = new Set((await readdir(`/proc/${pid}/fd`)).map(Number));
    const limit = Array.from({ length: open.size + 1 }, (_, number) => number).find(
      (number) => !open.has(number),
    );
    await run('prlimit', ['--pid', String(pid), `--nofile=${limit}:4096`]);

    const second = await drawExams(folder, 2, 6);
    expect(await system.killWorker()).toBe(true);
    const refused = await retclip(['upload', second, '--json', ...data]);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toMatch(/failed 7 times/);
    expect(() => process.kill(pid, 0)).not.toThrow();

    await run('prlimit', ['--pid', String(pid), '--nofile=4096:4096']);
    const sent = await retclip(['upload', second, '--wait', '--json', ...data]);
    expect(sent.code, sent.stderr).toBe(0);
    expect(await hostPid()).toBe(pid);
    // What could not be written into the log meanwhile was counted, and the reason noted.
    const log = await readFile(join(system.dataFolder, 'host.log'), 'utf8');
    expect(log).toMatch(/"Entries of this log were lost","entries":\d+,"reason":"EMFILE/);
    const patients = (await system.results('north')).map(({ patient }) => patient).sort();
    expect(patients).toEqual(Array.from({ length: 8 }, (_, index) => `P${index}`));
    await system.stop();
    const home = await openLocalHome(system.dataFolder);
    try {
      for (const { deadLetters } of Object.values(home.queues))
        expect(await deadLetters.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    } finally {
      await home.close();
    }
  }, 180_000);
});
