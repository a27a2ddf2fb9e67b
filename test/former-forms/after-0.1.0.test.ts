import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptNoteKey } from '../../core/attempts/attempt-note.ts';
import { Attempts } from '../../core/attempts/attempts.ts';
import { backupFolder, readBackup } from '../../local/backup/backup-folder.ts';
import { restoreBackup } from '../../local/backup/restore-backup.ts';
import { dataFolder } from '../../local/data-folder.ts';
import { openLocalHome } from '../../local/home.ts';
import { JournalSegments } from '../../local/journal/journal-segments.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('after-0.1.0');
const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/P1/2026-05-01/right.jpg';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'after-0.1.0-'));
});
afterAll(() => rm(base, { recursive: true }));

describe('what one machine stored after release 0.1.0', () => {
  it('has the journal of its objects: photographs, their facts, a delete marker', async () => {
    const folder = dataFolder(join(base, 'journal'));
    const segments = new JournalSegments(folder);
    await mkdir(folder.versions, { recursive: true });
    await copyFile(release.path('object-versions-1.jsonl'), segments.pathOf(0));
    expect(segments.read(0)).toEqual({
      unreadable: 0,
      versions: [
        {
          ...{ sequence: 1, key: LEFT, versionId: 'b3ea2288ee18222b2e2f67d40192001b', bytes: 10 },
          ...{ sha256: sha256('a left eye'), contentType: 'image/jpeg', metadata: { eyes: 'both' } },
          lastModified: 1795761031327,
        },
        {
          ...{ sequence: 2, key: RIGHT, versionId: 'ae0a0ef6242ea36c7a941c089f420dd4', bytes: 13 },
          ...{ sha256: sha256('the right eye'), contentType: 'image/jpeg', metadata: {} },
          lastModified: 1795761031348,
        },
        expect.objectContaining({ sequence: 3, key: 'programs/north/settings.json', sha256: sha256('{}') }),
        expect.objectContaining({ sequence: 4, key: 'programs/north/settings.json', sha256: null, bytes: 0 }),
        expect.objectContaining({ sequence: 7, key: attemptNoteKey(EXAM, 'r-1'), bytes: 154 }),
      ],
    });
  });

  it('has a backup, which says what it holds and is restored', async () => {
    execFileSync('tar', ['-xzf', release.path('backup-1.tar.gz'), '-C', base]);
    const backup = join(base, 'backup');
    expect(await readBackup(backupFolder(backup))).toMatchObject({
      ...{ schema: 'backup/1', id: '760777ed-7fb6-40e9-8739-e49a6655d914', at: '2026-11-27T00:00:00.000Z' },
      ...{ exams: 0, images: 2, versions: 4, contents: 4, bytes: 179, damaged: [] },
    });
    const restored = join(base, 'restored');
    expect(await restoreBackup(backup, restored)).toMatchObject({ images: 2, versions: 4 });
    const home = await openLocalHome(restored);
    try {
      const [left, right] = [await home.objects.get(LEFT), await home.objects.get(RIGHT)];
      expect(left.content.toString()).toBe('a left eye');
      expect(left.object.metadata).toEqual({ eyes: 'both' });
      expect(right.content.toString()).toBe('the right eye');
      expect(await home.objects.head('programs/north/settings.json')).toBeUndefined();
    } finally {
      await home.close();
    }
  });

  it('has a note about attempts at a request: two crashes, and a fault whose delivery was seen to end', async () => {
    const home = await openLocalHome(join(base, 'attempts'));
    try {
      const form = await release.text('screening-attempts-1.json');
      await home.objects.put(attemptNoteKey(EXAM, 'r-1'), Buffer.from(form));
      const body = JSON.stringify({ exam: EXAM, requestId: 'r-1' });
      const find = (receiveCount: number, redrives: string) =>
        new Attempts(home.objects).find({ id: 'm-1', body, attributes: { redrives }, receiveCount });
      expect(await find(5, '1')).toEqual({ crashes: 2, failures: 1, isSuspect: true });
      // What was sent again since counts from zero.
      expect(await find(1, '2')).toEqual({ crashes: 0, failures: 0, isSuspect: false });
    } finally {
      await home.close();
    }
  });
});
