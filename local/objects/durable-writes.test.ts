import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Flush, isFlushed, watchFlushes } from '../../test/flushes.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { JournalSegments } from '../journal/journal-segments.ts';
import { ContentFiles, sha256Of } from './content-files.ts';
import { uploadSecret } from './upload-secret.ts';

const CONTENT = Buffer.from('the photograph of a left eye');
const OTHER = Buffer.from('the photograph of a right eye');

let directory: string;
let home: LocalHome;
let contents: ContentFiles;
/** In order, and whether a content had its name by then. */
let flushes: Flush<boolean | undefined>[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-durable-'));
  home = await openLocalHome(directory);
  contents = new ContentFiles(home.folder);
  flushes = await watchFlushes(() => [CONTENT, OTHER].some((content) => contents.has(sha256Of(content))));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await home.close();
  await rm(directory, { recursive: true });
});

const inodeOf = async (path: string) => (await stat(path)).ino;

/** What a loss of power must not undo: a rename lasts once its folder is flushed, not before. */
describe('a content that is written', () => {
  it('is on the disk before it has its name, and its name and folder before the write returns', async () => {
    const sha256 = sha256Of(CONTENT);
    await contents.write(sha256, CONTENT);
    const file = await inodeOf(contents.pathOf(sha256));
    const folder = await inodeOf(join(contents.pathOf(sha256), '..'));
    const parent = await inodeOf(home.folder.contents);
    expect(flushes.map(({ inode, seen }) => ({ inode, named: seen }))).toEqual([
      { inode: parent, named: false },
      { inode: file, named: false },
      { inode: folder, named: true },
    ]);
    expect(flushes[1]?.bytes).toBe(CONTENT.length);
  });

  it('has its name flushed even if another process has written it', async () => {
    const sha256 = sha256Of(CONTENT);
    await contents.write(sha256, CONTENT);
    flushes.length = 0;
    await contents.write(sha256, CONTENT);
    const folder = await inodeOf(join(contents.pathOf(sha256), '..'));
    expect(flushes.map(({ inode }) => inode)).toEqual([folder]);
  });

  it('is written again, and flushed, where what has its name is cut', async () => {
    const sha256 = sha256Of(CONTENT);
    await contents.write(sha256, OTHER);
    flushes.length = 0;
    await contents.write(sha256, CONTENT);
    expect(flushes.map(({ bytes }) => bytes)).toContain(CONTENT.length);
    expect((await contents.read(sha256, 0, 100))?.toString()).toBe(CONTENT.toString());
  });
});

describe('what an object is', () => {
  const LEFT = 'images/north/P1/e/left.jpg';
  const RIGHT = 'images/north/P1/e/right.jpg';
  const segment = () => new JournalSegments(home.folder).pathOf(0);
  const isNoted = () => {
    const database = new DatabaseSync(home.folder.database, { readOnly: true });
    const row = database.prepare('SELECT count(*) AS notes FROM unjournaled_versions').get();
    database.close();
    return Number(row?.notes) > 0;
  };

  it('is written beside its content before the put returns, and noted in the database until it is on the disk', async () => {
    await home.objects.put(LEFT, CONTENT);
    expect(await readFile(segment(), 'utf8')).toContain(LEFT);
    expect(flushes.map(({ inode }) => inode)).toContain(await inodeOf(home.folder.versions));
    expect(isNoted()).toBe(true);
    await vi.waitUntil(() => isFlushed(segment(), flushes), { timeout: 30_000 });
    await home.objects.put(RIGHT, OTHER);
    await home.close();
    expect(await isFlushed(segment(), flushes)).toBe(true);
    expect(isNoted()).toBe(false);
  });

  it('is gone from the disk before its removal returns', async () => {
    const { versionId } = await home.objects.put(LEFT, CONTENT);
    await home.objects.put(RIGHT, OTHER);
    flushes.length = 0;
    await home.objects.deleteVersion(LEFT, versionId ?? '');
    expect(await isFlushed(segment(), flushes)).toBe(true);
    expect(flushes.map(({ inode }) => inode)).toContain(await inodeOf(home.folder.versions));
    expect(await readFile(segment(), 'utf8')).not.toContain('left.jpg');
  });
});

describe("the data folder's secret for uploads", () => {
  it('is on the disk as soon as it has its name', async () => {
    flushes.length = 0;
    await rm(home.folder.uploadSecret, { force: true });
    await uploadSecret(home.folder);
    expect(await isFlushed(home.folder.uploadSecret, flushes)).toBe(true);
  });
});
