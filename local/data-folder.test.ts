import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from './data-folder-lock.ts';
import { DataFolderError, DataFolderInUseError, StorageDamagedError } from './errors.ts';
import { openLocalHome } from './home.ts';

const LOCK_MODULE = fileURLToPath(new URL('./data-folder-lock.ts', import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-folder-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('openLocalHome', () => {
  it('makes a folder that is not there, and finds everything again in it', async () => {
    const path = join(directory, 'new', '数据 folder');
    const first = await openLocalHome(path);
    await first.objects.put('images/a/b/c/left.jpg', Buffer.from('photograph'));
    await first.queues.results.queue.send([{ body: 'kept' }]);
    await first.close();
    const second = await openLocalHome(path);
    expect((await second.objects.get('images/a/b/c/left.jpg')).content.toString()).toBe('photograph');
    expect(await second.queues.results.queue.depth()).toMatchObject({ visible: 1 });
    expect(second.uploadSecret).toEqual(first.uploadSecret);
    await second.close();
  });

  it('refuses a folder that holds something else, and leaves it as it is', async () => {
    await writeFile(join(directory, 'thesis.doc'), 'years of work');
    await expect(openLocalHome(directory)).rejects.toThrow(DataFolderError);
    await expect(openLocalHome(directory)).rejects.toThrow(/thesis\.doc/);
    expect(await readdir(directory)).toEqual(['thesis.doc']);
  });

  it('refuses a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(openLocalHome(file)).rejects.toThrow(/is a file/);
  });

  it('refuses a folder of a newer version', async () => {
    const home = await openLocalHome(directory);
    await home.close();
    const database = new DatabaseSync(home.folder.database);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openLocalHome(directory)).rejects.toThrow(/format 99/);
  });

  it('refuses the database of another program', async () => {
    const database = new DatabaseSync(join(directory, 'state.sqlite'));
    database.exec('CREATE TABLE bookmarks (url TEXT)');
    database.close();
    await expect(openLocalHome(directory)).rejects.toThrow(/another program/);
  });

  it('says that a damaged database is damaged', async () => {
    await writeFile(
      join(directory, 'state.sqlite'),
      'no database at all, but a text of some length'.repeat(200),
    );
    await expect(openLocalHome(directory)).rejects.toThrow(StorageDamagedError);
  });

  it('says which exam has a damaged record', async () => {
    const home = await openLocalHome(directory);
    const database = new DatabaseSync(home.folder.database);
    database.exec(
      `INSERT INTO exams (program, patient, exam, revision, listing, listed_at, facts, record)
         VALUES ('north', 'P1', 'e', 1, 'registered', '', '', '{"schema":"exam/1","program":"so')`,
    );
    database.close();
    await expect(home.exams.get({ program: 'north', patient: 'P1', exam: 'e' })).rejects.toThrow(
      /north\/P1\/e .*damaged/,
    );
    await home.close();
  });

  it('can be opened by many at once from the first moment on', async () => {
    const homes = await Promise.all(Array.from({ length: 6 }, () => openLocalHome(directory)));
    await Promise.all(homes.map((home, index) => home.objects.put(`images/${index}`, Buffer.from('same'))));
    expect((await homes[0]?.objects.list('images/', { limit: 10 }))?.items).toHaveLength(6);
    expect(new Set(homes.map((home) => Buffer.from(home.uploadSecret).toString('hex'))).size).toBe(1);
    await Promise.all(homes.map((home) => home.close()));
  });

  it('keeps its secret to its owner', async () => {
    const home = await openLocalHome(directory);
    expect((await stat(home.folder.uploadSecret)).mode & 0o777).toBe(0o600);
    await home.close();
  });

  it('hands a message sent by one process to a receiver that waits in another', async () => {
    const [sender, receiver] = [await openLocalHome(directory), await openLocalHome(directory)];
    const waiting = receiver.queues.screening.queue.receive({ maxMessages: 1, waitSeconds: 20 });
    await sender.queues.screening.queue.send([{ body: 'hello' }]);
    expect((await waiting).map(({ body }) => body)).toEqual(['hello']);
    await Promise.all([sender.close(), receiver.close()]);
  });

  it('stores what is pending, ends waits and refuses new work when it is closed', async () => {
    const home = await openLocalHome(directory);
    const sent = home.queues.screening.queue.send([{ body: 'pending' }]);
    const waiting = home.queues.results.queue.receive({ maxMessages: 1, waitSeconds: 20 });
    await home.close();
    await sent;
    expect(await waiting).toEqual([]);
    await expect(home.queues.screening.queue.send([{ body: 'late' }])).rejects.toThrow(/closed/);
    const again = await openLocalHome(directory);
    expect(await again.queues.screening.queue.depth()).toMatchObject({ visible: 1 });
    await again.close();
  });

  it('announces new photographs to preparation, as S3 does, and nothing else', async () => {
    const home = await openLocalHome(directory);
    const put = await home.objects.put('images/a/患者 1+/e/left.jpg', Buffer.from('x'));
    await home.objects.put('features/a', Buffer.from('x'));
    const messages = await home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
    expect(messages.map(({ body }) => JSON.parse(body).Records)).toEqual([
      [
        expect.objectContaining({
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          eventTime: put.lastModified.toISOString(),
          s3: expect.objectContaining({
            bucket: { name: 'local' },
            object: expect.objectContaining({
              key: 'images/a/%E6%82%A3%E8%80%85+1%2B/e/left.jpg',
              size: 1,
              versionId: put.versionId,
              sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
            }),
          }),
        }),
      ],
    ]);
    await home.close();
  });
});

describe('lockDataFolder', () => {
  it('keeps a second host out, names the first, and lets it in afterwards', async () => {
    const lock = await lockDataFolder(directory);
    await expect(lockDataFolder(directory)).rejects.toThrow(DataFolderInUseError);
    await expect(lockDataFolder(directory)).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
    await (await lockDataFolder(directory)).release();
  });

  it('is free again when its host was killed', async () => {
    await mkdir(directory, { recursive: true });
    const script = `const { lockDataFolder } = await import(${JSON.stringify(LOCK_MODULE)});
      await lockDataFolder(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(lockDataFolder(directory)).rejects.toMatchObject({ pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'close');
    const lock = await lockDataFolder(directory);
    expect(JSON.parse(await readFile(join(directory, 'host.json'), 'utf8'))).toEqual({ pid: process.pid });
    await lock.release();
  });
});
