import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalError, StorageFullError, StorageUnwritableError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { Database } from './database.ts';
import { storageError } from './storage-errors.ts';

const HOME_MODULE = fileURLToPath(new URL('../home.ts', import.meta.url));
const INSERT = 'INSERT INTO unreferenced_contents VALUES (?)';
const COUNT = 'SELECT count(*) AS count FROM unreferenced_contents';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-database-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('Database', () => {
  it('undoes the work that failed, and that alone, of those that share a transaction', async () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    const writes = ['a', 'b', 'c'].map((name) =>
      database.write('durable', () => {
        database.run(INSERT, name);
        if (name === 'b') throw new Error('no');
        return name;
      }),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(database.all('SELECT sha256 FROM unreferenced_contents').map((row) => row.sha256)).toEqual([
      'a',
      'c',
    ]);
    database.close();
  });

  it('refuses changes outside a transaction', () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    expect(() => database.run(INSERT, 'a')).toThrow(LocalError);
    database.close();
  });

  it('says that the disk is full, stores nothing of the write, and goes on when there is room', async () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    const pages = Number(database.get('PRAGMA page_count')?.page_count);
    database.get(`PRAGMA max_page_count = ${pages + 10}`);
    const fill = database.write('durable', () => {
      for (let index = 0; index < 1_000; index += 1) database.run(INSERT, `${index} ${'x'.repeat(1_000)}`);
    });
    await expect(fill).rejects.toThrow(StorageFullError);
    expect(database.get(COUNT)?.count).toBe(0);
    database.get('PRAGMA max_page_count = 100000');
    await database.write('durable', () => database.run(INSERT, 'fits'));
    expect(database.get(COUNT)?.count).toBe(1);
    database.close();
  });
});

describe('storageError', () => {
  function thrownBy(work: () => void): unknown {
    try {
      work();
    } catch (error) {
      return storageError(error, directory);
    }
    return undefined;
  }

  it.skipIf(process.platform !== 'linux')('knows a full disk', () => {
    const full = openSync('/dev/full', 'w');
    expect(thrownBy(() => writeSync(full, 'x'))).toBeInstanceOf(StorageFullError);
    closeSync(full);
  });

  it('knows a folder that cannot be written', () => {
    const refused = Object.assign(new Error('EROFS: read-only file system'), {
      code: 'EROFS',
      syscall: 'open',
    });
    expect(storageError(refused, directory)).toBeInstanceOf(StorageUnwritableError);
  });

  it('leaves other errors as they are', () => {
    const error = new Error('other');
    expect(storageError(error, directory)).toBe(error);
  });
});

describe.skipIf(process.platform === 'win32')('a put that the disk has no room for', () => {
  it('fails by name and leaves nothing behind', async () => {
    const script = `const { openLocalHome } = await import(${JSON.stringify(HOME_MODULE)});
      const home = await openLocalHome(${JSON.stringify(directory)});
      try { await home.objects.put('images/a', Buffer.alloc(2_000_000)); }
      catch (error) { console.log(error.name); }
      await home.close();`;
    const shell = `ulimit -f 1000; exec "$0" --input-type=module -e "$1"`;
    const run = spawnSync('bash', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
    expect(run.stdout.trim(), run.stderr).toBe('StorageFullError');
    const home = await openLocalHome(directory);
    expect(await home.objects.head('images/a')).toBeUndefined();
    expect(await readdir(home.folder.temporary)).toEqual([]);
    expect(await home.queues.intake.queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await home.close();
  });
});
