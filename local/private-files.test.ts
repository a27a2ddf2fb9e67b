import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolderError } from './errors.ts';
import { openLocalHome } from './home.ts';

const HOME_MODULE = fileURLToPath(new URL('./home.ts', import.meta.url));
const LOCK_MODULE = fileURLToPath(new URL('./data-folder-lock.ts', import.meta.url));
const OTHERS = 0o077;

let base: string;
let directory: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'private-'));
  directory = join(base, 'data');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(base, { recursive: true });
});

/** Everything in a folder, itself included, that others have any right to; by its path, with its mode. */
async function openToOthers(folder: string): Promise<string[]> {
  const names = ['', ...(await readdir(folder, { recursive: true }))];
  const found = await Promise.all(
    names.map(async (name) => ({ name, mode: (await lstat(join(folder, name))).mode & 0o777 })),
  );
  return found.flatMap(({ name, mode }) => ((mode & OTHERS) === 0 ? [] : [`${name} ${mode.toString(8)}`]));
}

/** Works in a folder as a host and its search do, in a process that gives all rights to all, and is killed. */
function workUnderUmask0(): void {
  const script = `process.umask(0);
    const { openLocalHome } = await import(${JSON.stringify(HOME_MODULE)});
    const { lockDataFolder } = await import(${JSON.stringify(LOCK_MODULE)});
    await lockDataFolder(${JSON.stringify(directory)});
    const home = await openLocalHome(${JSON.stringify(directory)});
    await home.objects.put('images/north/P1/e/left.jpg', Buffer.from('L'));
    const { key, versionId } = await home.objects.put('images/north/P1/e/right.jpg', Buffer.from('R of 2'));
    await home.objects.deleteVersion(key, versionId);
    await home.vectors.remove('north', 'P1', ['e']);
    process.kill(process.pid, 'SIGKILL');`;
  spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

describe.skipIf(process.platform === 'win32')('a data folder', () => {
  it('gives no right to others, whatever the umask is: databases with their logs, contents, journal', async () => {
    workUnderUmask0();
    expect(await readdir(directory)).toEqual(
      expect.arrayContaining(['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm', 'search.sqlite']),
    );
    expect(await openToOthers(directory)).toEqual([]);
  });

  it('that was open before is closed when it is opened, and it is told how much of it was open', async () => {
    await mkdir(directory, { mode: 0o755 });
    await chmod(directory, 0o755);
    workUnderUmask0();
    expect(await openToOthers(directory)).toEqual([]);

    await chmod(directory, 0o755);
    await chmod(join(directory, 'objects'), 0o777);
    await chmod(join(directory, 'state.sqlite'), 0o644);
    await writeFile(join(directory, 'host.log'), 'P1');
    await chmod(join(directory, 'host.log'), 0o644);
    const home = await openLocalHome(directory);
    await home.close();
    expect(home.tightened).toEqual({ folders: 2, files: 2 });
    expect(await openToOthers(directory)).toEqual([]);
  });

  it('leaves alone what a link in it leads to', async () => {
    await mkdir(directory);
    const outside = join(base, 'outside');
    await writeFile(outside, '');
    await chmod(outside, 0o644);
    await symlink(outside, join(directory, 'host.log'));
    await (await openLocalHome(directory)).close();
    expect((await stat(outside)).mode & 0o777).toBe(0o644);
  });

  it('is refused to who is not its owner, and nothing is changed', async () => {
    await mkdir(directory, { mode: 0o755 });
    const { uid } = await stat(directory);
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    await expect(openLocalHome(directory)).rejects.toThrow(DataFolderError);
    await expect(openLocalHome(directory)).rejects.toThrow(new RegExp(`id ${uid}, but .* id ${uid + 1}`));
    expect(await readdir(directory)).toEqual([]);
  });
});
