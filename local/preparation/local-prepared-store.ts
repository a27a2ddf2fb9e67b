import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PreparedStore } from '../../core/ports/prepared-store.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { isMissing, storageError } from '../storage-errors.ts';

/** A part of a path has 255 bytes at most; a longer one, or one that a file system may read otherwise, is told by its hash. */
const LONGEST_PART = 200;
const PLAIN = /^[A-Za-z0-9_@=+-][A-Za-z0-9_@=+.-]*$/;
/** Of a file that is being written, or was when its writer died. */
const UNFINISHED = '.writing';
/** Of a write during which the folder is removed. */
const MOST_ATTEMPTS = 10;

function partOf(text: string): string {
  // File systems may fold upper into lower case: `P1` and `p1` are two patients.
  const isPlain = text.length <= LONGEST_PART && PLAIN.test(text) && text === text.toLowerCase();
  return isPlain ? text : `~${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * Prepared images as files of one folder, each under its key. A file appears whole, by its name; it is not synced, since it
 * can be made again.
 */
export class LocalPreparedStore implements PreparedStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    const path = this.#pathOf(key);
    for (let attempt = 1; ; attempt += 1) {
      const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
        await writeFile(unfinished, content, { mode: PRIVATE_FILE });
        return await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined);
        // A removal may take the folder, or the unfinished file with it, at any moment.
        if (!isMissing(error) || attempt === MOST_ATTEMPTS) throw storageError(error, this.#directory);
      }
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#pathOf(key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError(error, this.#directory);
    }
  }

  async has(key: string): Promise<boolean> {
    try {
      return (await stat(this.#pathOf(key))).isFile();
    } catch (error) {
      if (isMissing(error)) return false;
      throw storageError(error, this.#directory);
    }
  }

  async removeAll(prefix: string): Promise<number> {
    const path = this.#pathOf(prefix.replace(/\/$/, ''));
    const files = await filesUnder(path);
    // What is put meanwhile may fill a folder that was just emptied.
    await rm(path, { recursive: true, force: true, maxRetries: MOST_ATTEMPTS, retryDelay: 10 });
    return files.length;
  }

  /**
   * Removes what was written before a time, and files that were never finished.
   *
   * @returns how many there were
   */
  async expire(before: Date): Promise<number> {
    let removed = 0;
    for (const file of await filesUnder(this.#directory)) {
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (mtimeMs >= before.getTime()) continue;
      await rm(file, { force: true });
      removed += 1;
      await removeEmptyFolders(dirname(file), this.#directory);
    }
    return removed;
  }

  #pathOf(key: string): string {
    return join(this.#directory, ...key.split('/').map(partOf));
  }
}

/** @returns the file itself, if the path is one */
async function filesUnder(path: string): Promise<string[]> {
  try {
    if ((await stat(path)).isFile()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Up to the store's own folder; one that holds anything stays. */
async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  for (let at = folder; at !== top && at.startsWith(top); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}
