import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registeredExam } from '../../test/conformance/exam-records.ts';
import { DataFolderError } from '../errors.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { ContentFiles, sha256Of } from '../objects/content-files.ts';
import { BackupError } from './backup-folder.ts';
import { restoreBackup } from './restore-backup.ts';
import { saveBackup } from './save-backup.ts';

const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/P1/2026-05-01/right.jpg';
const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };

let base: string;
let data: string;
let backup: string;
let restored: string;
let home: LocalHome;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'backup-'));
  [data, backup, restored] = [join(base, 'data'), join(base, 'backup'), join(base, 'restored')];
  home = await openLocalHome(data);
});
afterEach(async () => {
  await home.close();
  await rm(base, { recursive: true });
});

async function fill(): Promise<void> {
  await home.objects.put(LEFT, Buffer.from('L'), { contentType: 'image/jpeg', metadata: { eyes: 'both' } });
  await home.objects.put(RIGHT, Buffer.from('R of 2'));
  await home.objects.put(LEFT, Buffer.from('L, taken again'));
}

async function inRestored<Value>(work: (home: LocalHome) => Promise<Value>): Promise<Value> {
  const opened = await openLocalHome(restored);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function versionsOf({ objects }: LocalHome): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.listVersions('', { limit: 500, cursor });
    for (const { key, versionId, isDeleteMarker } of page.items) {
      if (isDeleteMarker) continue;
      const { content, object } = await objects.get(key, { versionId: versionId ?? '' });
      if (sha256Of(content) !== object.sha256) throw new Error(`${key} was saved with another content.`);
      found.push(`${key} ${versionId}`);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const contentsOf = async (folder: string) =>
  (await readdir(join(folder, 'contents'), { recursive: true })).filter((name) => name.length > 60).length;

describe('a backup', () => {
  it('holds what the folder held, and says how much; restored, all of it is there', async () => {
    await fill();
    await home.exams.save(registeredExam(EXAM, '2026-05-01T00:00:00.000Z'));
    await writeFile(join(data, 'token'), 'secret', { mode: 0o600 });
    const saved = await saveBackup(data, backup);
    const wanted = await versionsOf(home);
    expect(saved).toMatchObject({
      exams: 1,
      images: 3,
      versions: wanted.length,
      copied: saved.contents,
      damaged: [],
    });
    expect(saved.bytes).toBeGreaterThanOrEqual(21);
    expect(await restoreBackup(backup, restored)).toMatchObject({
      exams: 1,
      images: 3,
      bytes: saved.bytes,
      damaged: [],
    });
    await inRestored(async (again) => {
      expect(await versionsOf(again)).toEqual(wanted);
      expect(await again.objects.head(LEFT)).toEqual(await home.objects.head(LEFT));
      expect(await again.exams.get(EXAM)).toEqual(await home.exams.get(EXAM));
      expect(again.uploadSecret).toEqual(home.uploadSecret);
      expect(await again.queues.preparation.queue.depth()).toMatchObject({ visible: 3 });
    });
    expect(await readFile(join(restored, 'token'), 'utf8')).toBe('secret');
  });

  it('is only added to by the next run, and loses what was erased since', async () => {
    await fill();
    await saveBackup(data, backup);
    const { key, versionId } = await home.objects.put('images/north/P2/e/right.jpg', Buffer.from('new'));
    const [older] = (await home.objects.listVersions(RIGHT, { limit: 9 })).items;
    await home.objects.deleteVersion(RIGHT, older?.versionId ?? '');
    expect(await saveBackup(data, backup)).toMatchObject({ copied: 1, removed: 1, images: 3 });
    expect(await contentsOf(backup)).toBe(3);
    expect((await readdir(backup)).filter((name) => name.startsWith('state-'))).toHaveLength(1);
    await home.objects.deleteVersion(key, versionId ?? '');
    const messages = await home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await home.queues.preparation.queue.delete(messages.map(({ receipt }) => receipt));
    expect(await saveBackup(data, backup)).toMatchObject({ copied: 0, removed: 1, images: 2 });
    const database = await readFile(
      join(backup, (await readdir(backup)).find((name) => name.startsWith('state-')) ?? ''),
    );
    expect(database.includes('north/P2')).toBe(false);
    expect(database.includes('north/P1')).toBe(true);
  });

  it('holds every content that its database names, whatever is stored and removed meanwhile', async () => {
    await fill();
    const before = await versionsOf(home);
    let goesOn = true;
    const writers = Array.from({ length: 3 }, async (_, lane) => {
      for (let count = 0; goesOn; count += 1) {
        const content = Buffer.from(`${lane} ${count % 7} ${'x'.repeat(2_000)}`);
        const { key, versionId } = await home.objects.put(`images/north/P${lane}/${count}/left.jpg`, content);
        if (count % 2 === 0) await home.objects.deleteVersion(key, versionId ?? '');
      }
    });
    for (let run = 0; run < 4; run += 1) expect((await saveBackup(data, backup)).damaged).toEqual([]);
    goesOn = false;
    await Promise.all(writers);
    expect((await restoreBackup(backup, restored)).damaged).toEqual([]);
    expect(await inRestored(versionsOf)).toEqual(expect.arrayContaining([...before]));
  });

  it('is taken again if something that it names is removed before it was copied', async () => {
    await fill();
    let removal: Promise<void> | undefined;
    const [right] = (await home.objects.listVersions(RIGHT, { limit: 9 })).items;
    await rm(new ContentFiles(home.folder).pathOf(sha256Of(Buffer.from('R of 2'))));
    const saved = await saveBackup(data, backup, {
      onProgress: () => {
        removal ??= home.objects.deleteVersion(RIGHT, right?.versionId ?? '');
      },
    });
    await removal;
    expect(saved.damaged).toEqual([]);
    expect(saved.images).toBe(2);
  });

  it('says what cannot be read, keeps the good copy that it has, and is replaced where it is damaged itself', async () => {
    await fill();
    const files = new ContentFiles(home.folder);
    const [left, right] = [sha256Of(Buffer.from('L')), sha256Of(Buffer.from('R of 2'))];
    await writeFile(files.pathOf(right), 'X of 2');
    expect((await saveBackup(data, backup)).damaged).toEqual([RIGHT]);
    await home.objects.put(RIGHT, Buffer.from('R of 2'));
    expect((await saveBackup(data, backup)).damaged).toEqual([]);
    await rm(files.pathOf(left));
    expect((await saveBackup(data, backup)).damaged).toEqual([]);
    await home.objects.put(LEFT, Buffer.from('L'));
    await writeFile(join(backup, 'contents', left.slice(0, 2), left), 'X');
    expect(await saveBackup(data, backup)).toMatchObject({ copied: 0 });
    expect(await saveBackup(data, backup, { verify: true })).toMatchObject({ copied: 1, damaged: [] });
    expect((await restoreBackup(backup, restored)).damaged).toEqual([]);
  });

  it('goes on where a run was interrupted; until its end, the former one holds', async () => {
    await fill();
    await saveBackup(data, backup);
    for (let index = 0; index < 30; index += 1)
      await home.objects.put(`images/north/P3/${index}/left.jpg`, Buffer.from(`left ${index}`));
    const stops = saveBackup(data, backup, {
      onProgress: (done) => {
        if (done === 20) throw new Error('pulled out');
      },
    });
    await expect(stops).rejects.toThrow('pulled out');
    expect(await restoreBackup(backup, restored)).toMatchObject({ images: 3, damaged: [] });
    const { copied, images } = await saveBackup(data, backup);
    expect(images).toBe(33);
    expect(copied).toBeLessThan(30);
    expect((await restoreBackup(backup, join(base, 'second'))).images).toBe(33);
    expect(await readdir(join(backup, 'temporary'))).toEqual([]);
  });

  it('is refused into what is not a backup, into the data folder, and of what is not a data folder', async () => {
    await fill();
    await mkdir(backup);
    await writeFile(join(backup, 'thesis.doc'), '');
    await expect(saveBackup(data, backup)).rejects.toThrow(/thesis\.doc/);
    await expect(saveBackup(data, join(data, 'backup'))).rejects.toThrow(BackupError);
    await expect(saveBackup(data, base)).rejects.toThrow(BackupError);
    await expect(saveBackup(join(base, 'nothing'), join(base, 'other'))).rejects.toThrow(DataFolderError);
    expect(await readdir(base)).not.toContain('nothing');
    expect(await readdir(base)).not.toContain('other');
  });

  it('is never replaced by another folder’s, nor by that of one that was set back', async () => {
    await fill();
    await saveBackup(data, backup);
    const other = await openLocalHome(join(base, 'other'));
    await other.objects.put(LEFT, Buffer.from('of another folder'));
    await other.close();
    await expect(saveBackup(join(base, 'other'), backup)).rejects.toThrow(/does not come from/);

    const earlier = join(base, 'earlier');
    await cp(backup, earlier, { recursive: true });
    await home.objects.put('images/north/P2/e/left.jpg', Buffer.from('later'));
    await saveBackup(data, backup);
    await restoreBackup(earlier, restored);
    await expect(saveBackup(restored, backup)).rejects.toThrow(/set back/);
    // From where it was restored, it goes on.
    expect(await saveBackup(restored, earlier)).toMatchObject({ images: 3, copied: 0 });
    expect(await saveBackup(data, backup)).toMatchObject({ images: 4 });
  });

  it('of a folder whose database was lost is refused, and stays as it was', async () => {
    await fill();
    await saveBackup(data, backup);
    await home.close();
    for (const end of ['', '-wal', '-shm']) await rm(join(data, `state.sqlite${end}`), { force: true });
    await expect(saveBackup(data, backup)).rejects.toThrow(/no state\.sqlite/);
    const empty = await openLocalHome(join(base, 'empty'));
    await empty.close();
    await cp(join(base, 'empty', 'state.sqlite'), join(data, 'state.sqlite'));
    await expect(saveBackup(data, backup)).rejects.toThrow(/is empty/);
    expect(await contentsOf(backup)).toBe(3);
    expect((await restoreBackup(backup, restored)).images).toBe(3);
  });

  it.skipIf(process.platform === 'win32')('gives no right to others, whatever the umask is', async () => {
    await fill();
    const before = process.umask(0);
    try {
      await mkdir(backup);
      await chmod(backup, 0o755);
      await saveBackup(data, backup);
      await restoreBackup(backup, restored);
    } finally {
      process.umask(before);
    }
    for (const folder of [backup, restored]) {
      const names = ['', ...(await readdir(folder, { recursive: true }))];
      for (const name of names) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
    }
  });
});
