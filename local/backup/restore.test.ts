import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../data-folder-lock.ts';
import { DataFolderInUseError } from '../errors.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { sha256Of } from '../objects/content-files.ts';
import { BackupError } from './backup-folder.ts';
import { restoreBackup } from './restore-backup.ts';
import { saveBackup } from './save-backup.ts';

const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/P1/2026-05-01/right.jpg';

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

describe('a restore', () => {
  beforeEach(async () => {
    await fill();
    await saveBackup(data, backup);
  });

  it('is refused over a folder that is in use, or not empty, or a file', async () => {
    const lock = await lockDataFolder(data);
    await expect(restoreBackup(backup, data)).rejects.toThrow(DataFolderInUseError);
    await lock.release();
    await expect(restoreBackup(backup, data)).rejects.toThrow(/not empty/);
    await mkdir(restored);
    await writeFile(join(restored, 'thesis.doc'), '');
    await expect(restoreBackup(backup, restored)).rejects.toThrow(/thesis\.doc/);
    expect(await readdir(restored)).toEqual(['thesis.doc']);
    await expect(restoreBackup(backup, join(restored, 'thesis.doc'))).rejects.toThrow(/is a file/);
    expect((await home.objects.get(LEFT)).content.toString()).toBe('L, taken again');
  });

  it('is refused of what is not a backup', async () => {
    await expect(restoreBackup(data, restored)).rejects.toThrow(BackupError);
    await writeFile(join(backup, 'backup.json'), '{');
    await expect(restoreBackup(backup, restored)).rejects.toThrow(/damaged/);
    expect(await readdir(base)).not.toContain('restored');
  });

  it('that is interrupted leaves a folder that nothing starts on, and goes on', async () => {
    const stops = restoreBackup(backup, restored, {
      onProgress: (done) => {
        if (done === 2) throw new Error('pulled out');
      },
    });
    await expect(stops).rejects.toThrow('pulled out');
    await expect(openLocalHome(restored)).rejects.toThrow(/was interrupted/);
    await expect(openLocalHome(restored)).rejects.toThrow(/was interrupted/);
    expect((await restoreBackup(backup, restored)).damaged).toEqual([]);
    expect(await inRestored(versionsOf)).toEqual(await versionsOf(home));
  });

  it('says what the backup lacks, restores the rest, and what is uploaded again is whole', async () => {
    const [left, right] = [sha256Of(Buffer.from('L, taken again')), sha256Of(Buffer.from('R of 2'))];
    await truncate(join(backup, 'contents', left.slice(0, 2), left), 3);
    await writeFile(join(backup, 'contents', right.slice(0, 2), right), 'X of 2');
    const { damaged } = await restoreBackup(backup, restored);
    expect([...damaged].sort()).toEqual([LEFT, RIGHT]);
    await inRestored(async (again) => {
      const object = await again.objects.head(RIGHT);
      expect(object && (await again.objects.isSound(object))).toBe(false);
      await again.objects.put(RIGHT, Buffer.from('R of 2'));
      expect(object && (await again.objects.isSound(object))).toBe(true);
    });
  });

  it('does not start from a damaged database', async () => {
    const name = (await readdir(backup)).find((one) => one.startsWith('state-')) ?? '';
    const content = await readFile(join(backup, name));
    content.write('damage', content.length / 2);
    await writeFile(join(backup, name), content);
    await expect(restoreBackup(backup, restored)).rejects.toThrow(/is damaged/);
    await expect(openLocalHome(restored)).rejects.toThrow(/was interrupted/);
  });
});
