import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptNoteKey } from '../../core/attempts/attempt-note.ts';
import { Attempts } from '../../core/attempts/attempts.ts';
import { eraseRow } from '../../core/features/erase-row.ts';
import { readShard } from '../../core/features/read-shard.ts';
import { shardResultsSchema } from '../../core/jobs/rescore-results.ts';
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

describe('features of several images, as they were first stored', () => {
  const shard = async () =>
    readShard(await readFile(release.path('feature-shard.several-images.safetensors')), 'features/s');
  const image = (name: string, laterality: 'left' | 'right', field: string | null, ...visual: number[]) => ({
    ...{ image: `images/north/P2/2026-05-01/${name}.jpg`, laterality, field },
    visual: Float32Array.from(visual),
  });

  it('are those of each image, beside the primary ones', async () => {
    const stored = await shard();
    expect(stored).toMatchObject({ model: 'm1', embedding: 2, precision: 'fp32' });
    expect(stored.exam(0)).toEqual({
      left: { visual: Float32Array.of(11, 12), mapped: Float32Array.of(31, 32) },
      right: { visual: Float32Array.of(21, 22), mapped: Float32Array.of(41, 42) },
      patient: Float32Array.of(51, 52),
    });
    expect(stored.exam(1)).toMatchObject({ patient: Float32Array.of(53, 54) });
    expect(stored.exam(1)?.images).toEqual([
      image('left', 'left', null, 2, 0.25),
      image('left-2', 'left', 'macula', -1, 0.5),
      image('left-disc', 'left', 'disc', 0.25, 1),
      image('right', 'right', 'macula', -2, 3),
    ]);
  });

  it('are erased with their exam', async () => {
    const file = await readFile(release.path('feature-shard.several-images.safetensors'));
    const erased = eraseRow(file, 1) as Uint8Array;
    expect([file.includes('north/P2'), Buffer.from(erased).includes('north/P2')]).toEqual([true, false]);
    expect(readShard(erased, 'features/s').exam(0)).toEqual((await shard()).exam(0));
  });

  it('have the results of a job, with the image that each names', async () => {
    const results = shardResultsSchema.parse(await release.json('shard-results-1.several-images.json'));
    expect(results.exams.map(({ several }) => several)).toEqual([
      undefined,
      [
        {
          ...{ column: 0, image: 'images/north/P2/2026-05-01/left.jpg', calibrated: false },
          alone: [
            { image: 'images/north/P2/2026-05-01/left.jpg', probability: expect.closeTo(0.8807971, 6) },
          ],
        },
      ],
    ]);
    // Macula (2 - 1) / 2, disc 0.25.
    expect(results.exams[1]?.probabilities).toEqual([
      ...[expect.closeTo(0.6224593, 6), expect.closeTo(0.1192029, 6)],
    ]);
  });
});
