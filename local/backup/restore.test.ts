import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../data-folder-lock.ts';
import { DataFolderInUseError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { sha256Of } from '../objects/content-files.ts';
import { BackupError } from './backup-folder.ts';
import { restoreBackup } from './restore-backup.ts';
import { saveBackup } from './save-backup.ts';
import { BackedUpHome, LEFT, RIGHT, versionsOf } from './testing/backed-up-home.ts';

const folders = new BackedUpHome();

describe('a restore', () => {
  beforeEach(async () => {
    await folders.fill();
    await saveBackup(folders.data, folders.backup);
  });

  it('is refused over a folder that is in use, or not empty, or a file', async () => {
    const lock = await lockDataFolder(folders.data);
    await expect(restoreBackup(folders.backup, folders.data)).rejects.toThrow(DataFolderInUseError);
    await lock.release();
    await expect(restoreBackup(folders.backup, folders.data)).rejects.toThrow(/not empty/);
    await mkdir(folders.restored);
    await writeFile(join(folders.restored, 'thesis.doc'), '');
    await expect(restoreBackup(folders.backup, folders.restored)).rejects.toThrow(/thesis\.doc/);
    expect(await readdir(folders.restored)).toEqual(['thesis.doc']);
    await expect(restoreBackup(folders.backup, join(folders.restored, 'thesis.doc'))).rejects.toThrow(
      /is a file/,
    );
    expect((await folders.home.objects.get(LEFT)).content.toString()).toBe('L, taken again');
  });

  it('is refused of what is not a backup', async () => {
    await expect(restoreBackup(folders.data, folders.restored)).rejects.toThrow(BackupError);
    await writeFile(join(folders.backup, 'backup.json'), '{');
    await expect(restoreBackup(folders.backup, folders.restored)).rejects.toThrow(/damaged/);
    expect(await readdir(folders.base)).not.toContain('restored');
  });

  it('that is interrupted leaves a folder that nothing starts on, and goes on', async () => {
    const stops = restoreBackup(folders.backup, folders.restored, {
      onProgress: (done) => {
        if (done === 2) throw new Error('pulled out');
      },
    });
    await expect(stops).rejects.toThrow('pulled out');
    await expect(openLocalHome(folders.restored)).rejects.toThrow(/was interrupted/);
    await expect(openLocalHome(folders.restored)).rejects.toThrow(/was interrupted/);
    expect((await restoreBackup(folders.backup, folders.restored)).damaged).toEqual([]);
    expect(await folders.inRestored(versionsOf)).toEqual(await versionsOf(folders.home));
  });

  it('says what the backup lacks, restores the rest, and what is uploaded again is whole', async () => {
    const [left, right] = [sha256Of(Buffer.from('L, taken again')), sha256Of(Buffer.from('R of 2'))];
    await truncate(join(folders.backup, 'contents', left.slice(0, 2), left), 3);
    await writeFile(join(folders.backup, 'contents', right.slice(0, 2), right), 'X of 2');
    const { damaged } = await restoreBackup(folders.backup, folders.restored);
    expect([...damaged].sort()).toEqual([LEFT, RIGHT]);
    await folders.inRestored(async (again) => {
      const object = await again.objects.head(RIGHT);
      expect(object && (await again.objects.isSound(object))).toBe(false);
      await again.objects.put(RIGHT, Buffer.from('R of 2'));
      expect(object && (await again.objects.isSound(object))).toBe(true);
    });
  });

  it('does not start from a damaged database', async () => {
    const name = (await readdir(folders.backup)).find((one) => one.startsWith('state-')) ?? '';
    const content = await readFile(join(folders.backup, name));
    content.write('damage', content.length / 2);
    await writeFile(join(folders.backup, name), content);
    await expect(restoreBackup(folders.backup, folders.restored)).rejects.toThrow(/is damaged/);
    await expect(openLocalHome(folders.restored)).rejects.toThrow(/was interrupted/);
  });
});
