import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalError, StorageBusyError, StorageFullError, StorageUnwritableError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { storageError } from '../storage-errors.ts';
import { Database } from './database.ts';

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

  it('undoes the work that failed of a write that is alone, and goes on', async () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    const failing = database.write('durable', () => {
      database.run(INSERT, 'a');
      throw new LocalError('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(database.get(COUNT)?.count).toBe(0);
    expect(await database.write('relaxed', () => database.run(INSERT, 'b'))).toBe(1);
    expect(database.all('SELECT sha256 FROM unreferenced_contents').map((row) => row.sha256)).toEqual(['b']);
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

describe('what was removed from a database', () => {
  const file = () => join(directory, 'state.sqlite');
  /** Whether any of the database's files holds a text. */
  function holds(text: string): boolean {
    const names = readdirSync(directory).filter((name) => name.startsWith('state.sqlite'));
    return names.some((name) => readFileSync(join(directory, name)).includes(text));
  }

  it('is overwritten, and out of the write-ahead log once it is to be forgotten', async () => {
    const database = new Database(file(), directory);
    const patients = Array.from({ length: 300 }, (_, index) => `patient-${index} ${'x'.repeat(200)}`);
    await database.write('durable', () => {
      for (const patient of patients) database.run(INSERT, patient);
    });
    await database.write('durable', () => database.run('DELETE FROM unreferenced_contents'));
    expect(holds('patient-7 ')).toBe(true);
    await database.forget();
    expect(holds('patient-')).toBe(false);
    database.close();
  });

  it('is forgotten while another process has the database open, and refused by name while one reads on', async () => {
    const database = new Database(file(), directory);
    await database.write('durable', () => database.run(INSERT, 'patient-7'));
    const other = new Database(file(), directory);
    const reading = other.each('SELECT sha256 FROM unreferenced_contents');
    reading.next();
    await database.write('durable', () => database.run('DELETE FROM unreferenced_contents'));
    await expect(database.forget(0)).rejects.toThrow(StorageBusyError);
    reading.return(undefined);
    await database.forget();
    expect(holds('patient-')).toBe(false);
    other.close();
    database.close();
  });

  it('of a former release is not left in free pages', async () => {
    const former = new DatabaseSync(file());
    new Database(file(), directory).close();
    former.exec('PRAGMA secure_delete = OFF; PRAGMA journal_mode = WAL');
    former.exec('DROP TABLE unjournaled_versions; DROP TABLE unkept_exams; DROP TABLE snapshots');
    const insert = former.prepare(INSERT);
    for (let index = 0; index < 300; index += 1) insert.run(`patient-${index} ${'x'.repeat(200)}`);
    former.exec('DELETE FROM unreferenced_contents; PRAGMA user_version = 3');
    former.close();
    expect(holds('patient-7 ')).toBe(true);
    new Database(file(), directory).close();
    expect(holds('patient-')).toBe(false);
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
