import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DataFolder } from '../data-folder.ts';
import { alreadyExists, isMissing, storageError } from '../storage-errors.ts';

/** A content being written for longer than this was left by a process that died. */
const ABANDONED_MILLISECONDS = 10 * 60 * 1_000;
/** How often a rename may find its folder or file swept away before it is a fault. */
const ATTEMPTS = 3;
const PREFIX = /^[0-9a-f]{2}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of a file, read piece by piece; `undefined` if there is no such file. */
export async function sha256OfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Contents in files named by their SHA-256: written once, never changed. A file is whole as soon as it has its name,
 * since it gets it by a rename after its bytes are on the disk.
 */
export class ContentFiles {
  readonly folder: DataFolder;

  constructor(folder: DataFolder) {
    this.folder = folder;
  }

  pathOf(sha256: string): string {
    return join(this.folder.contents, sha256.slice(0, 2), sha256);
  }

  /** Synchronous, for use inside a transaction. */
  has(sha256: string): boolean {
    return existsSync(this.pathOf(sha256));
  }

  /** Synchronous, for use inside a transaction. No error if there is none. */
  remove(sha256: string): void {
    rmSync(this.pathOf(sha256), { force: true });
  }

  /**
   * Whether a content can be read as it was stored: its file is there, is as long as it was and has the SHA-256 that it
   * is named by. Reads all of it.
   *
   * @throws LocalError if the folder cannot be read
   */
  async isSound(sha256: string, bytes: number): Promise<boolean> {
    const path = this.pathOf(sha256);
    const status = await stat(path).catch(() => undefined);
    if (status?.size !== bytes) return false;
    try {
      return (await sha256OfFile(path)) === sha256;
    } catch (error) {
      // The disk cannot give it back: for its reader it is not there.
      if (error instanceof Error && 'code' in error && error.code === 'EIO') return false;
      throw storageError(error, this.folder.directory);
    }
  }

  /**
   * Stores a content unless it is there already, and sound. Survives a loss of power once it has returned.
   *
   * @throws LocalError if the disk is full or cannot be written; nothing is left behind
   */
  async write(sha256: string, content: Uint8Array): Promise<void> {
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await this.#writeOnce(sha256, content);
          return;
        } catch (error) {
          if (!isMissing(error) || attempt >= ATTEMPTS) throw error;
          await mkdir(this.folder.temporary, { recursive: true, mode: 0o700 });
        }
      }
    } catch (error) {
      throw storageError(error, this.folder.directory);
    }
  }

  async #makeParent(path: string): Promise<void> {
    try {
      await mkdir(dirname(path), { mode: 0o700 });
      await syncFolder(this.folder.contents);
    } catch (error) {
      if (!alreadyExists(error)) throw error;
    }
  }

  async #writeOnce(sha256: string, content: Uint8Array): Promise<void> {
    const path = this.pathOf(sha256);
    const parent = dirname(path);
    if (await this.isSound(sha256, content.byteLength)) {
      // Its writer may not have come to this yet.
      await syncFolder(parent);
      return;
    }
    await this.#makeParent(path);
    const temporary = join(this.folder.temporary, randomUUID());
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(parent);
  }

  /**
   * Stores a content that lies in a temporary file, under another name as well: the file stays, and can be given again.
   *
   * @param file on the disk, whole, with this SHA-256
   * @throws LocalError if the disk is full or cannot be written; nothing else is left behind
   */
  async adopt(sha256: string, bytes: number, file: string): Promise<void> {
    const path = this.pathOf(sha256);
    try {
      if (!(await this.isSound(sha256, bytes))) {
        await this.#makeParent(path);
        const twin = join(this.folder.temporary, randomUUID());
        await link(file, twin);
        // Of two names of one file the renamed one may stay: the system takes them for the same.
        await rename(twin, path).finally(() => rm(twin, { force: true }));
      }
      await syncFolder(dirname(path));
    } catch (error) {
      throw storageError(error, this.folder.directory);
    }
  }

  /**
   * Reads a content or a part of it.
   *
   * @param start first byte
   * @param length in bytes; fewer are given where the file ends before
   * @returns `undefined` if it is not stored
   */
  async read(sha256: string, start: number, length: number): Promise<Buffer | undefined> {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(this.pathOf(sha256), 'r');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError(error, this.folder.directory);
    }
    try {
      const content = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(content, filled, length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return content.subarray(0, filled);
    } catch (error) {
      throw storageError(error, this.folder.directory);
    } finally {
      await handle.close();
    }
  }

  /** SHA-256 of every content, in no order. */
  async *all(): AsyncGenerator<string> {
    for (const prefix of await readdir(this.folder.contents)) {
      if (!PREFIX.test(prefix)) continue;
      for (const name of await readdir(join(this.folder.contents, prefix))) {
        if (SHA256.test(name)) yield name;
      }
    }
  }

  /** Size of a content in bytes, and when it was written; `undefined` if it is not there. */
  async statusOf(sha256: string): Promise<{ readonly bytes: number; readonly at: Date } | undefined> {
    const status = await stat(this.pathOf(sha256)).catch(() => undefined);
    return status && { bytes: status.size, at: status.mtime };
  }

  /** Removes what processes that died have left half written: it never had a name. */
  async removeAbandoned(now: number): Promise<void> {
    for (const name of await readdir(this.folder.temporary)) {
      const path = join(this.folder.temporary, name);
      const status = await stat(path).catch(() => undefined);
      if (status !== undefined && now - status.mtimeMs > ABANDONED_MILLISECONDS)
        await rm(path, { force: true });
    }
  }
}
