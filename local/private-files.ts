import { chmodSync, closeSync, lstatSync, openSync } from 'node:fs';
import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderError } from './errors.ts';
import { isMissing } from './storage-errors.ts';

/** Rights of what only its owner may use: folders and files of a data folder, and of its backups. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

/** Every right of the group and of all others. */
const OTHERS = 0o077;

/** Modes mean nothing there. */
const HAS_MODES = process.platform !== 'win32';

/** What was found open to others, and is not any more. */
export interface Tightened {
  readonly folders: number;
  readonly files: number;
}

/**
 * Makes an empty file that only its owner may read, whatever the process's umask is; one that is there stays. SQLite
 * gives its write-ahead log and its shared memory the rights of the database.
 */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE));
}

/**
 * Sees that a folder belongs to the user of this process, since only the owner can keep it from others.
 *
 * @throws DataFolderError
 */
export async function requireOwner(path: string): Promise<void> {
  const user = process.getuid?.();
  if (user === undefined) return;
  const { uid } = await stat(path);
  if (uid === user) return;
  throw new DataFolderError(
    `"${path}" belongs to the user with id ${uid}, but this process runs as the user with id ${user}. Photographs of patients lie in files that only their owner may read: start as that user, or give the folder to this one (chown -R).`,
  );
}

/** @returns whether it was open to others */
function close(path: string): boolean {
  const { mode: found } = lstatSync(path);
  if ((found & OTHERS) === 0) return false;
  chmodSync(path, PRIVATE_FILE);
  return true;
}

/**
 * Takes every right away from the group and from others: of a folder, of the folders in it and of all their files. Links
 * in it are not followed. What vanishes meanwhile is passed over. Looks at 100,000 files a second or more.
 */
export async function keepPrivate(path: string): Promise<Tightened> {
  if (!HAS_MODES) return { folders: 0, files: 0 };
  let folders = 0;
  let files = 0;
  if (((await stat(path)).mode & OTHERS) !== 0) {
    await chmod(path, PRIVATE_FOLDER);
    folders += 1;
  }
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    try {
      if (entry.isDirectory()) {
        const within = await keepPrivate(inner);
        folders += within.folders;
        files += within.files;
      } else if (entry.isFile() && close(inner)) {
        files += 1;
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return { folders, files };
}

/** @example tightenedText('/data', { folders: 1, files: 3 }) // 'Other users of this machine had rights to 1 folder …' */
export function tightenedText(path: string, { folders, files }: Tightened): string {
  return `Other users of this machine had rights to ${folders} folder${folders === 1 ? '' : 's'} and ${files} file${files === 1 ? '' : 's'} of "${path}". They have none now. Who has read them before cannot be told.`;
}
