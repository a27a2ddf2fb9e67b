import { readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { prepareDataFolder } from './data-folder.ts';
import { DataFolderInUseError } from './errors.ts';
import { makePrivateFile, PRIVATE_FILE } from './private-files.ts';
import { isBusy, storageError } from './storage-errors.ts';

/** Keeps other hosts off a data folder until it is released or its process ends, however it ends. */
export interface DataFolderLock {
  release(): Promise<void>;
}

async function holder(file: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(file, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    // Only informs: the holder may be about to write it.
    return undefined;
  }
}

/**
 * Reserves a data folder for one host. The lock is a lock on a file, which the operating system frees when the process
 * ends; a process id in a file would outlive a `kill -9`.
 *
 * @param purpose `restore`: into a folder that a restore was interrupted in
 * @throws DataFolderInUseError naming the process that holds it
 * @throws LocalError if the folder cannot be used at all
 * @example
 * const lock = await lockDataFolder('./data');
 * try { … } finally { await lock.release(); }
 */
export async function lockDataFolder(
  directory: string,
  purpose: 'use' | 'restore' = 'use',
): Promise<DataFolderLock> {
  const folder = await prepareDataFolder(directory, purpose);
  let connection: DatabaseSync | undefined;
  try {
    makePrivateFile(folder.lock);
    connection = new DatabaseSync(folder.lock, { timeout: 0 });
    connection.exec('BEGIN EXCLUSIVE');
    await writeFile(folder.lockHolder, JSON.stringify({ pid: process.pid }), { mode: PRIVATE_FILE });
  } catch (error) {
    connection?.close();
    if (isBusy(error)) throw new DataFolderInUseError(folder.directory, await holder(folder.lockHolder));
    throw storageError(error, folder.directory);
  }
  const held = connection;
  return {
    async release() {
      if (!held.isOpen) return;
      await rm(folder.lockHolder, { force: true });
      held.close();
    },
  };
}
