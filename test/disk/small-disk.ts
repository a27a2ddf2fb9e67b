import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHUNK = Buffer.alloc(64 * 1024, 0x5a);

/** A file system of its own in memory, small enough to be filled. */
export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @returns why there can be none where mounting is not permitted, which only root is */
  static async mount(mebibytes: number): Promise<SmallDisk | string> {
    const path = await mkdtemp(join(tmpdir(), 'small-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
      return new SmallDisk(path);
    } catch (error) {
      await rm(path, { recursive: true });
      return `no file system can be mounted here: ${error instanceof Error ? error.message.trim() : error}`;
    }
  }

  /** Fills it with a file of another program, but for so many bytes. */
  async fill(left = 0): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    const file = await open(join(this.path, 'of-another-program'), 'a');
    try {
      let wanted = left === 0 ? Number.POSITIVE_INFINITY : bavail * bsize - left;
      while (wanted > 0) {
        const part = CHUNK.subarray(0, Math.min(CHUNK.length, wanted));
        const { bytesWritten } = await file.write(part);
        wanted -= bytesWritten;
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }

  /** Removes what filled it. */
  async free(): Promise<void> {
    await rm(join(this.path, 'of-another-program'), { force: true });
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path);
    return bavail * bsize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Lazily: a process that was killed may not have let go of it yet.
    await run('umount', ['--lazy', this.path]);
    await rm(this.path, { recursive: true, force: true });
  }
}
