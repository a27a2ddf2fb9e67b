import fs, { fstatSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { vi } from 'vitest';

/** A file or folder that was brought onto the disk. */
export interface Flush<Seen> {
  readonly inode: number;
  /** How much of it there was then. */
  readonly bytes: number;
  /** What the test looked at as soon as it was done. */
  readonly seen: Seen;
}

/**
 * Notes every flush of a file handle or a file descriptor; the flushes themselves are done. A loss of power cannot be had in a test, but
 * that nothing was left to be lost can. Ends with `vi.restoreAllMocks()`.
 *
 * @example
 * const flushes = await watchFlushes(() => existsSync('a.txt'));
 */
export async function watchFlushes<Seen = undefined>(look?: () => Seen): Promise<Flush<Seen | undefined>[]> {
  const flushes: Flush<Seen | undefined>[] = [];
  const handle = await open(tmpdir(), 'r');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  for (const method of ['sync', 'datasync'] as const) {
    const genuine = prototype[method];
    vi.spyOn(prototype, method).mockImplementation(async function (this: FileHandle) {
      const { ino: inode, size: bytes } = fstatSync(this.fd);
      await genuine.call(this);
      flushes.push({ inode, bytes, seen: look?.() });
    });
  }
  const note = (descriptor: number, flush: () => void) => {
    const { ino: inode, size: bytes } = fstatSync(descriptor);
    flush();
    flushes.push({ inode, bytes, seen: look?.() });
  };
  const { fsyncSync } = fs;
  vi.spyOn(fs, 'fsyncSync').mockImplementation((one) => note(one, () => fsyncSync(one)));
  // Modules import the function by its name.
  syncBuiltinESMExports();
  return flushes;
}

/** Whether a file was flushed when all of it had been written. A rename keeps its inode. */
export async function isFlushed(path: string, flushes: readonly Flush<unknown>[]): Promise<boolean> {
  const { ino, size } = await stat(path);
  return flushes.some(({ inode, bytes }) => inode === ino && bytes === size);
}
