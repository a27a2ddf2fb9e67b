import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registeredExam } from '../../test/conformance/exam-records.ts';
import { DataFolderError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { ContentFiles, sha256Of } from '../objects/content-files.ts';
import { BackupError } from './backup-folder.ts';
import { restoreBackup } from './restore-backup.ts';
import { saveBackup } from './save-backup.ts';
import { BackedUpHome, LEFT, RIGHT, versionsOf } from './testing/backed-up-home.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };

const folders = new BackedUpHome();

const contentsOf = async (folder: string) =>
  (await readdir(join(folder, 'contents'), { recursive: true })).filter((name) => name.length > 60).length;

describe('a backup', () => {
  it('holds what the folder held, and says how much; restored, all of it is there', async () => {
    await folders.fill();
    await folders.home.exams.save(registeredExam(EXAM, '2026-05-01T00:00:00.000Z'));
    await writeFile(join(folders.data, 'token'), 'secret', { mode: 0o600 });
    const saved = await saveBackup(folders.data, folders.backup);
    const wanted = await versionsOf(folders.home);
    expect(saved).toMatchObject({
      exams: 1,
      images: 3,
      versions: wanted.length,
      copied: saved.contents,
      damaged: [],
    });
    expect(saved.bytes).toBeGreaterThanOrEqual(21);
    expect(await restoreBackup(folders.backup, folders.restored)).toMatchObject({
      exams: 1,
      images: 3,
      bytes: saved.bytes,
      damaged: [],
    });
    await folders.inRestored(async (again) => {
      expect(await versionsOf(again)).toEqual(wanted);
      expect(await again.objects.head(LEFT)).toEqual(await folders.home.objects.head(LEFT));
      expect(await again.exams.get(EXAM)).toEqual(await folders.home.exams.get(EXAM));
      expect(again.uploadSecret).toEqual(folders.home.uploadSecret);
      expect(await again.queues.preparation.queue.depth()).toMatchObject({ visible: 3 });
    });
    expect(await readFile(join(folders.restored, 'token'), 'utf8')).toBe('secret');
  });

  it('is only added to by the next run, and loses what was erased since', async () => {
    await folders.fill();
    await saveBackup(folders.data, folders.backup);
    const { key, versionId } = await folders.home.objects.put(
      'images/north/P2/e/right.jpg',
      Buffer.from('new'),
    );
    const [older] = (await folders.home.objects.listVersions(RIGHT, { limit: 9 })).items;
    await folders.home.objects.deleteVersion(RIGHT, older?.versionId ?? '');
    expect(await saveBackup(folders.data, folders.backup)).toMatchObject({
      copied: 1,
      removed: 1,
      images: 3,
    });
    expect(await contentsOf(folders.backup)).toBe(3);
    expect((await readdir(folders.backup)).filter((name) => name.startsWith('state-'))).toHaveLength(1);
    await folders.home.objects.deleteVersion(key, versionId ?? '');
    const messages = await folders.home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await folders.home.queues.preparation.queue.delete(messages.map(({ receipt }) => receipt));
    expect(await saveBackup(folders.data, folders.backup)).toMatchObject({
      copied: 0,
      removed: 1,
      images: 2,
    });
    const database = await readFile(
      join(folders.backup, (await readdir(folders.backup)).find((name) => name.startsWith('state-')) ?? ''),
    );
    expect(database.includes('north/P2')).toBe(false);
    expect(database.includes('north/P1')).toBe(true);
  });

  it('holds every content that its database names, whatever is stored and removed meanwhile', async () => {
    await folders.fill();
    const before = await versionsOf(folders.home);
    let goesOn = true;
    const writers = Array.from({ length: 3 }, async (_, lane) => {
      for (let count = 0; goesOn; count += 1) {
        const content = Buffer.from(`${lane} ${count % 7} ${'x'.repeat(2_000)}`);
        const { key, versionId } = await folders.home.objects.put(
          `images/north/P${lane}/${count}/left.jpg`,
          content,
        );
        if (count % 2 === 0) await folders.home.objects.deleteVersion(key, versionId ?? '');
      }
    });
    for (let run = 0; run < 4; run += 1)
      expect((await saveBackup(folders.data, folders.backup)).damaged).toEqual([]);
    goesOn = false;
    await Promise.all(writers);
    expect((await restoreBackup(folders.backup, folders.restored)).damaged).toEqual([]);
    expect(await folders.inRestored(versionsOf)).toEqual(expect.arrayContaining([...before]));
  });

  it('is taken again if something that it names is removed before it was copied', async () => {
    await folders.fill();
    let removal: Promise<void> | undefined;
    const [right] = (await folders.home.objects.listVersions(RIGHT, { limit: 9 })).items;
    await rm(new ContentFiles(folders.home.folder).pathOf(sha256Of(Buffer.from('R of 2'))));
    const saved = await saveBackup(folders.data, folders.backup, {
      onProgress: () => {
        removal ??= folders.home.objects.deleteVersion(RIGHT, right?.versionId ?? '');
      },
    });
    await removal;
    expect(saved.damaged).toEqual([]);
    expect(saved.images).toBe(2);
  });

  it('says what cannot be read, keeps the good copy that it has, and is replaced where it is damaged itself', async () => {
    await folders.fill();
    const files = new ContentFiles(folders.home.folder);
    const [left, right] = [sha256Of(Buffer.from('L')), sha256Of(Buffer.from('R of 2'))];
    await writeFile(files.pathOf(right), 'X of 2');
    expect((await saveBackup(folders.data, folders.backup)).damaged).toEqual([RIGHT]);
    await folders.home.objects.put(RIGHT, Buffer.from('R of 2'));
    expect((await saveBackup(folders.data, folders.backup)).damaged).toEqual([]);
    await rm(files.pathOf(left));
    expect((await saveBackup(folders.data, folders.backup)).damaged).toEqual([]);
    await folders.home.objects.put(LEFT, Buffer.from('L'));
    await writeFile(join(folders.backup, 'contents', left.slice(0, 2), left), 'X');
    expect(await saveBackup(folders.data, folders.backup)).toMatchObject({ copied: 0 });
    expect(await saveBackup(folders.data, folders.backup, { verify: true })).toMatchObject({
      copied: 1,
      damaged: [],
    });
    expect((await restoreBackup(folders.backup, folders.restored)).damaged).toEqual([]);
  });

  it('goes on where a run was interrupted; until its end, the former one holds', async () => {
    await folders.fill();
    await saveBackup(folders.data, folders.backup);
    for (let index = 0; index < 30; index += 1)
      await folders.home.objects.put(`images/north/P3/${index}/left.jpg`, Buffer.from(`left ${index}`));
    const stops = saveBackup(folders.data, folders.backup, {
      onProgress: (done) => {
        if (done === 20) throw new Error('pulled out');
      },
    });
    await expect(stops).rejects.toThrow('pulled out');
    expect(await restoreBackup(folders.backup, folders.restored)).toMatchObject({ images: 3, damaged: [] });
    const { copied, images } = await saveBackup(folders.data, folders.backup);
    expect(images).toBe(33);
    expect(copied).toBeLessThan(30);
    expect((await restoreBackup(folders.backup, join(folders.base, 'second'))).images).toBe(33);
    expect(await readdir(join(folders.backup, 'temporary'))).toEqual([]);
  });

  it('is refused into what is not a backup, into the data folder, and of what is not a data folder', async () => {
    await folders.fill();
    await mkdir(folders.backup);
    await writeFile(join(folders.backup, 'thesis.doc'), '');
    await expect(saveBackup(folders.data, folders.backup)).rejects.toThrow(/thesis\.doc/);
    await expect(saveBackup(folders.data, join(folders.data, 'backup'))).rejects.toThrow(BackupError);
    await expect(saveBackup(folders.data, folders.base)).rejects.toThrow(BackupError);
    await expect(saveBackup(join(folders.base, 'nothing'), join(folders.base, 'other'))).rejects.toThrow(
      DataFolderError,
    );
    expect(await readdir(folders.base)).not.toContain('nothing');
    expect(await readdir(folders.base)).not.toContain('other');
  });

  it('is never replaced by another folder’s, nor by that of one that was set back', async () => {
    await folders.fill();
    await saveBackup(folders.data, folders.backup);
    const other = await openLocalHome(join(folders.base, 'other'));
    await other.objects.put(LEFT, Buffer.from('of another folder'));
    await other.close();
    await expect(saveBackup(join(folders.base, 'other'), folders.backup)).rejects.toThrow(
      /does not come from/,
    );

    const earlier = join(folders.base, 'earlier');
    await cp(folders.backup, earlier, { recursive: true });
    await folders.home.objects.put('images/north/P2/e/left.jpg', Buffer.from('later'));
    await saveBackup(folders.data, folders.backup);
    await restoreBackup(earlier, folders.restored);
    await expect(saveBackup(folders.restored, folders.backup)).rejects.toThrow(/set back/);
    // From where it was restored, it goes on.
    expect(await saveBackup(folders.restored, earlier)).toMatchObject({ images: 3, copied: 0 });
    expect(await saveBackup(folders.data, folders.backup)).toMatchObject({ images: 4 });
  });

  it('of a folder whose database was lost is refused, and stays as it was', async () => {
    await folders.fill();
    await saveBackup(folders.data, folders.backup);
    await folders.home.close();
    for (const end of ['', '-wal', '-shm'])
      await rm(join(folders.data, `state.sqlite${end}`), { force: true });
    await expect(saveBackup(folders.data, folders.backup)).rejects.toThrow(/no state\.sqlite/);
    const empty = await openLocalHome(join(folders.base, 'empty'));
    await empty.close();
    await cp(join(folders.base, 'empty', 'state.sqlite'), join(folders.data, 'state.sqlite'));
    await expect(saveBackup(folders.data, folders.backup)).rejects.toThrow(/is empty/);
    expect(await contentsOf(folders.backup)).toBe(3);
    expect((await restoreBackup(folders.backup, folders.restored)).images).toBe(3);
  });

  it.skipIf(process.platform === 'win32')('gives no right to others, whatever the umask is', async () => {
    await folders.fill();
    const before = process.umask(0);
    try {
      await mkdir(folders.backup);
      await chmod(folders.backup, 0o755);
      await saveBackup(folders.data, folders.backup);
      await restoreBackup(folders.backup, folders.restored);
    } finally {
      process.umask(before);
    }
    for (const folder of [folders.backup, folders.restored]) {
      const names = ['', ...(await readdir(folder, { recursive: true }))];
      for (const name of names) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
    }
  });
});
