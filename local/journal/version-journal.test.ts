import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StorageBusyError, StorageFailedError, StorageFullError } from '../errors.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { storageError } from '../storage-errors.ts';
import { JournalSegments, VERSIONS_PER_SEGMENT } from './journal-segments.ts';
import { VersionJournal } from './version-journal.ts';

const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/患者 2/2026-05-01/right "2".jpg';

let directory: string;
let home: LocalHome;
let segments: JournalSegments;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
  home = await openLocalHome(directory);
  segments = new JournalSegments(home.folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await home.close();
  await rm(directory, { recursive: true });
});

const journaled = () => segments.all().flatMap((segment) => [...segments.read(segment).versions]);

/** Rows of the database as the journal names their columns, read without any of the code under test. */
function rows(): unknown[] {
  const database = new DatabaseSync(home.folder.database, { readOnly: true });
  const found = database
    .prepare(
      `SELECT sequence, key, version_id AS versionId, sha256, bytes, content_type AS contentType, metadata,
         last_modified AS lastModified FROM object_versions ORDER BY sequence`,
    )
    .all()
    .map((row) => ({ ...row, metadata: JSON.parse(String(row.metadata)) }));
  database.close();
  return found;
}

/** Puts the folder back into the state that a crash would have left. */
async function afterCrash(sql: string, change: () => Promise<void> = async () => undefined): Promise<void> {
  await home.close();
  const database = new DatabaseSync(home.folder.database);
  database.exec(sql);
  database.close();
  await change();
  home = await openLocalHome(directory);
}

describe('the journal of a store', () => {
  it('says of every version what the database says: key, order, type, facts, content, markers', async () => {
    const metadata = { eyes: 'both', 'taken-on': '2026-05-01' };
    await home.objects.put(LEFT, Buffer.from('L'), { contentType: 'image/jpeg', metadata });
    await home.objects.put(RIGHT, Buffer.from('R of 2'));
    await home.objects.put(LEFT, Buffer.from('L again'));
    await home.objects.delete(RIGHT);
    expect(journaled()).toEqual(rows());
    expect(journaled()).toMatchObject([
      { key: LEFT, bytes: 1, contentType: 'image/jpeg', metadata },
      { key: RIGHT, bytes: 6 },
      { key: LEFT, bytes: 7 },
      { key: RIGHT, sha256: null },
    ]);
  });

  it('is plain JSON, a version a line', async () => {
    await home.objects.put(LEFT, Buffer.from('L'));
    const [line = ''] = (await readFile(segments.pathOf(0), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ schema: 'object-version/1', key: LEFT, bytes: 1 });
  });

  it('holds nothing of a version that was removed, nor of a removed marker', async () => {
    const { versionId } = await home.objects.put(LEFT, Buffer.from('L'));
    await home.objects.put(RIGHT, Buffer.from('R'));
    await home.objects.delete(LEFT);
    const { items } = await home.objects.listVersions(LEFT, { limit: 10 });
    for (const item of items) await home.objects.deleteVersion(LEFT, item.versionId ?? '');
    const text = await readFile(segments.pathOf(0), 'utf8');
    expect(text).not.toContain('P1');
    expect(text).not.toContain(versionId);
    expect(journaled()).toMatchObject([{ key: RIGHT }]);
    expect(journaled()).toEqual(rows());
  });

  it('goes on in further files, and loses a file with the last version in it', async () => {
    const puts = Array.from({ length: VERSIONS_PER_SEGMENT + 20 }, (_, index) =>
      home.objects.put(`features/${index}`, Buffer.from('F')),
    );
    await Promise.all(puts);
    expect(await readdir(home.folder.versions)).toHaveLength(2);
    expect(journaled()).toEqual(rows());
    const inFirst = journaled().filter(({ sequence }) => sequence < VERSIONS_PER_SEGMENT);
    await Promise.all(inFirst.map(({ key, versionId }) => home.objects.deleteVersion(key, versionId)));
    expect(await readdir(home.folder.versions)).toEqual(['0000000001.jsonl']);
    expect(journaled()).toEqual(rows());
  });

  it('forgets a version that is removed while it is being noted', async () => {
    const lanes = Array.from({ length: 40 }, async (_, index) => {
      const { key, versionId } = await home.objects.put(`images/${index}`, Buffer.from(String(index)));
      await home.objects.deleteVersion(key, versionId ?? '');
    });
    await Promise.all([...lanes, home.objects.put(LEFT, Buffer.from('L'))]);
    expect(journaled()).toMatchObject([{ key: LEFT }]);
    expect(journaled()).toEqual(rows());
  });

  it('is written by several processes at once without a gap', async () => {
    const second = await openLocalHome(directory);
    const both = Array.from({ length: 120 }, (_, index) =>
      (index % 2 === 0 ? home : second).objects.put(`features/${index}`, Buffer.from(String(index))),
    );
    await Promise.all(both);
    await second.close();
    expect(journaled()).toEqual(rows());
  });
});

describe('a journal that a crash has left', () => {
  beforeEach(async () => {
    await home.objects.put(LEFT, Buffer.from('L'));
    await home.objects.put(RIGHT, Buffer.from('R of 2'));
  });

  it('before a version was noted: it is noted at the next start', async () => {
    await afterCrash('INSERT INTO unjournaled_versions VALUES (2)', async () => {
      const text = await readFile(segments.pathOf(0), 'utf8');
      await writeFile(segments.pathOf(0), text.split('\n').slice(0, 1).join('\n'));
    });
    expect(journaled()).toEqual(rows());
    expect(journaled()).toHaveLength(2);
  });

  it('in the middle of a line: the cut line spoils no other', async () => {
    await afterCrash('INSERT INTO unjournaled_versions VALUES (2)', async () => {
      const text = await readFile(segments.pathOf(0), 'utf8');
      await writeFile(segments.pathOf(0), text.slice(0, -30));
    });
    expect(journaled()).toEqual(rows());
    await home.objects.put(LEFT, Buffer.from('L again'));
    expect(journaled()).toEqual(rows());
    expect(segments.read(0).unreadable).toBe(1);
  });

  it('after the line and before its note was taken away: the version counts once', async () => {
    await afterCrash('INSERT INTO unjournaled_versions VALUES (1), (2)');
    expect(journaled()).toEqual(rows());
  });

  it('before a removal was noted: it is done at the next start', async () => {
    await afterCrash(
      'DELETE FROM object_versions WHERE sequence = 2; INSERT INTO unjournaled_versions VALUES (2)',
    );
    expect(journaled()).toMatchObject([{ key: LEFT }]);
    expect(await readFile(segments.pathOf(0), 'utf8')).not.toContain('right');
  });

  it('and whose file was damaged since, is read but for the damaged lines', async () => {
    const text = await readFile(segments.pathOf(0), 'utf8');
    await writeFile(segments.pathOf(0), text.replace('P1', 'P2'));
    await appendFile(segments.pathOf(0), '{"schema":"object-version/1"}\n\u0000\u0000\n');
    expect(segments.read(0)).toMatchObject({ versions: [{ key: RIGHT }], unreadable: 3 });
  });

  it('and that was lost, is written again from the database', async () => {
    await afterCrash('', () => rm(home.folder.versions, { recursive: true }));
    expect(journaled()).toHaveLength(2);
    expect(journaled()).toEqual(rows());
  });
});

describe('a journal that cannot be written', () => {
  const full = () =>
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const fail = (method: 'append' | 'rewrite') =>
    vi.spyOn(JournalSegments.prototype, method).mockImplementationOnce(() => {
      throw full();
    });
  const failure = async (write: Promise<unknown>) => {
    const error = await write.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageFullError);
    return (error as Error).message;
  };

  it('fails a put by an error that says that the object is stored, and it is, with its announcement', async () => {
    await home.objects.put(LEFT, Buffer.from('L'));
    fail('append');
    const told = await failure(home.objects.put(RIGHT, Buffer.from('R of 2')));
    expect(told).toContain('The write is done:');
    expect(told).toContain('There is nothing to repeat.');
    expect(told).not.toMatch(/[Nn]othing of this write|repeat it/);
    expect((await home.objects.get(RIGHT)).content.toString()).toBe('R of 2');
    expect((await home.queues.preparation.queue.depth()).visible).toBe(2);
    expect(journaled()).toMatchObject([{ key: LEFT }]);
    // The next write brings the missing line with its own.
    await home.objects.put(LEFT, Buffer.from('L again'));
    expect(journaled()).toEqual(rows());
    expect(journaled()).toHaveLength(3);
  });

  it('has what it lacks when the folder is opened again', async () => {
    fail('append');
    await failure(home.objects.put(LEFT, Buffer.from('L')));
    expect(journaled()).toEqual([]);
    await home.close();
    home = await openLocalHome(directory);
    expect(journaled()).toMatchObject([{ key: LEFT }]);
    expect(journaled()).toEqual(rows());
  });

  it('says the same of a removal: the version is gone', async () => {
    await home.objects.put(RIGHT, Buffer.from('R of 2'));
    const { versionId } = await home.objects.put(LEFT, Buffer.from('L'));
    fail('rewrite');
    expect(await failure(home.objects.deleteVersion(LEFT, versionId ?? ''))).toContain('The write is done:');
    expect(await home.objects.head(LEFT)).toBeUndefined();
    // The file is to be written again all the same.
    fail('rewrite');
    expect(await failure(home.objects.delete(RIGHT))).toContain('There is nothing to repeat.');
    expect(await home.objects.head(RIGHT)).toBeUndefined();
    await home.objects.put(LEFT, Buffer.from('L again'));
    expect(journaled()).toEqual(rows());
  });

  it.each([
    ['full', full(), StorageFullError],
    ['broken', Object.assign(new Error('EIO'), { code: 'EIO' }), StorageFailedError],
    ['busy', Object.assign(new Error('locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 }), StorageBusyError],
  ])('tells the truth where the database beside it is %s, too', async (_, error, kind) => {
    const database = { directory, write: () => Promise.reject(storageError(error, directory)) };
    const told = await new VersionJournal(database as never, segments).settle().catch((thrown) => thrown);
    expect(told).toBeInstanceOf(kind);
    expect(told.message).toContain('The write is done:');
    expect(told.message).not.toMatch(/[Nn]othing of this write|repeat it|or repeat/);
  });
});
