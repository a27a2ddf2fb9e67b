import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { storageError } from './database/storage-errors.ts';
import { DataFolderError } from './errors.ts';

/** Where each thing lies in a data folder. */
export interface DataFolder {
  readonly directory: string;
  readonly database: string;
  /** Features of exams for search; can be deleted at any time while no host runs. */
  readonly vectors: string;
  /** Contents of objects by SHA-256. */
  readonly contents: string;
  /** Contents being written; on the same file system as `contents`, so that a rename is atomic. */
  readonly temporary: string;
  readonly uploadSecret: string;
  readonly lock: string;
  /** Tells which process holds the lock; of no meaning without it. */
  readonly lockHolder: string;
  /** Where a running host can be reached. */
  readonly endpoint: string;
}

export function dataFolder(directory: string): DataFolder {
  const root = resolve(directory);
  return {
    directory: root,
    database: join(root, 'state.sqlite'),
    vectors: join(root, 'search.sqlite'),
    contents: join(root, 'objects'),
    temporary: join(root, 'temporary'),
    uploadSecret: join(root, 'upload-secret'),
    lock: join(root, 'host.lock'),
    lockHolder: join(root, 'host.json'),
    endpoint: join(root, 'endpoint.json'),
  };
}

/** What a data folder may hold before its database does: left by a first start that was cut short, or by the system. */
const HARMLESS =
  /^(?:objects|temporary|upload-secret|host\.(?:lock|json)|endpoint\.json|state\.sqlite|lost\+found|\.DS_Store)/;

/**
 * Makes a data folder, or checks that an existing folder is one.
 *
 * @throws DataFolderError if it is a file, or holds something else
 * @throws LocalError if it cannot be made
 */
export async function prepareDataFolder(directory: string): Promise<DataFolder> {
  const folder = dataFolder(directory);
  try {
    const existing = await stat(folder.directory).catch(() => undefined);
    if (existing !== undefined && !existing.isDirectory()) {
      throw new DataFolderError(`"${folder.directory}" is a file. Name a folder for the data.`);
    }
    await mkdir(folder.directory, { recursive: true, mode: 0o700 });
    const names = await readdir(folder.directory);
    const foreign = names.find((name) => !HARMLESS.test(name));
    if (foreign !== undefined && !names.includes('state.sqlite')) {
      throw new DataFolderError(
        `"${folder.directory}" is no data folder and not empty: it holds "${foreign}". Choose an empty folder, or a data folder made by retclip.`,
      );
    }
    await mkdir(folder.contents, { recursive: true, mode: 0o700 });
    await mkdir(folder.temporary, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storageError(error, folder.directory);
  }
  return folder;
}
