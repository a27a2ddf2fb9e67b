import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLocalHome } from '../../local/home.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';
import { drawExams } from './drawn-exams.ts';
import { SmallDisk } from './small-disk.ts';

const disk = await SmallDisk.mount(96);
if (typeof disk === 'string') console.warn(`NOT TESTED: a full disk under the running system, since ${disk}`);

describe.skipIf(typeof disk === 'string')('a disk that is full under the running system', () => {
  const small = disk as SmallDisk;
  let photographs = '';
  let system: RunningSystem;

  const data = () => ['--data', system.dataFolder];
  const upload = (manifest: string, ...further: string[]) =>
    retclip(['upload', manifest, '--json', ...further, ...data()]);
  async function trouble(): Promise<string[]> {
    const { url, token } = JSON.parse(await readFile(join(system.dataFolder, 'endpoint.json'), 'utf8'));
    const answer = await fetch(`${url}/v1/programs/north/summary`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as { trouble: string[] }).trouble;
  }

  beforeAll(async () => {
    photographs = await mkdtemp(join(tmpdir(), 'photographs-'));
    system = new RunningSystem(join(small.path, 'data'));
    await system.start();
  }, 60_000);

  afterAll(async () => {
    await system.stop();
    await rm(photographs, { recursive: true, force: true });
    await small[Symbol.asyncDispose]();
  });

  it('refuses photographs in plain words, keeps what it has, and goes on by itself', async () => {
    const first = await drawExams(photographs, 0, 3);
    expect(await upload(first, '--wait')).toMatchObject({ code: 0 });

    await small.fill();
    expect(await small.freeBytes()).toBe(0);
    const second = await drawExams(photographs, 3, 6);
    const refused = await upload(second);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(`data folder "${system.dataFolder}"`);
    expect(refused.stderr).toMatch(/full|no room/i);
    expect(refused.stderr).toMatch(/free/i);
    expect(refused.stderr).not.toMatch(/Is the system running|at .*\.ts:/);
    await vi.waitFor(async () => expect(await trouble()).toHaveLength(1));
    expect((await trouble())[0]).toContain('full');
    // What was answered can be read all the while.
    expect(await system.results('north')).toHaveLength(3);

    // The worker is killed while there is no room for its log, its loans or its answers.
    expect(await system.killWorker()).toBe(true);
    expect((await upload(second)).code).toBe(3);

    await small.free();
    const sent = await upload(second, '--wait');
    expect(sent.code, sent.stderr).toBe(0);
    const patients = (await system.results('north')).map(({ patient }) => patient).sort();
    expect(patients).toEqual(Array.from({ length: 9 }, (_, index) => `P${index}`));
    await vi.waitFor(async () => expect(await trouble()).toEqual([]));
  }, 180_000);

  it('lets accepted photographs wait, through kills of worker and host, and answers each once', async () => {
    const third = await drawExams(photographs, 9, 8);
    expect((await upload(third)).code).toBe(0);
    await small.fill();
    await system.killWorker();
    await system.killHost();
    // Without a byte left it starts, or says plainly why it cannot.
    const restarted = await system.start().then(
      () => true,
      () => false,
    );
    if (restarted) expect(await trouble()).toHaveLength(1);
    await small.free();
    if (!restarted) await system.start();
    const again = await upload(third, '--wait');
    expect(again.code, again.stderr).toBe(0);
    const results = await system.results('north');
    expect(results.map(({ patient }) => patient).sort()).toEqual(
      Array.from({ length: 17 }, (_, index) => `P${index}`).sort(),
    );

    await system.stop();
    const home = await openLocalHome(system.dataFolder);
    try {
      for (const { queue, deadLetters } of Object.values(home.queues)) {
        expect(await deadLetters.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
        expect((await queue.depth()).inFlight).toBe(0);
      }
      // Every photograph that was accepted can be read, whole.
      for (const { key, bytes } of (await home.objects.list('images/', { limit: 1_000 })).items) {
        expect((await home.objects.get(key)).content.length).toBe(bytes);
      }
    } finally {
      await home.close();
    }
  }, 180_000);
});
