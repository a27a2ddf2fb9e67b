import { fstatSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalHome, openLocalHome } from '../home.ts';
import { ContentFiles, sha256Of } from './content-files.ts';

const CONTENT = Buffer.from('the photograph of a left eye');
const OTHER = Buffer.from('the photograph of a right eye');

let directory: string;
let home: LocalHome;
let contents: ContentFiles;
/** What was flushed to the disk, in order: file or folder, how large, and whether the content had its name. */
let flushed: { readonly inode: number; readonly bytes: number; readonly named: boolean }[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-durable-'));
  home = await openLocalHome(directory);
  contents = new ContentFiles(home.folder);
  flushed = [];
  const handle = await open(directory, 'r');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  for (const method of ['sync', 'datasync'] as const) {
    const genuine = prototype[method];
    vi.spyOn(prototype, method).mockImplementation(async function (this: FileHandle) {
      const { ino, size } = fstatSync(this.fd);
      await genuine.call(this);
      const named = [CONTENT, OTHER].some((content) => contents.has(sha256Of(content)));
      flushed.push({ inode: ino, bytes: size, named });
    });
  }
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
    expect(flushed.map(({ inode, named }) => ({ inode, named }))).toEqual([
      { inode: parent, named: false },
      { inode: file, named: false },
      { inode: folder, named: true },
    ]);
    expect(flushed[1]?.bytes).toBe(CONTENT.length);
  });

  it('has its name flushed even if another process has written it', async () => {
    const sha256 = sha256Of(CONTENT);
    await contents.write(sha256, CONTENT);
    flushed = [];
    await contents.write(sha256, CONTENT);
    const folder = await inodeOf(join(contents.pathOf(sha256), '..'));
    expect(flushed.map(({ inode }) => inode)).toEqual([folder]);
  });

  it('is written again, and flushed, where what has its name is cut', async () => {
    const sha256 = sha256Of(CONTENT);
    await contents.write(sha256, OTHER);
    flushed = [];
    await contents.write(sha256, CONTENT);
    expect(flushed.map(({ bytes }) => bytes)).toContain(CONTENT.length);
    expect((await contents.read(sha256, 0, 100))?.toString()).toBe(CONTENT.toString());
  });
});
