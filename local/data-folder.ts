import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataFolderError } from './errors.ts';
import { PRIVATE_FOLDER, requireOwner } from './private-files.ts';
import { alreadyExists, storageError } from './storage-errors.ts';

/** Logs of the host and of the processes that it starts, in the data folder. */
export const LOG_FILES = ['host.log', 'worker.log', 'jobs.log', 'preparation.log'] as const;

/** Where each thing lies in a data folder. */
export interface DataFolder {
  readonly directory: string;
  readonly database: string;
  /** Features of exams for search; can be deleted at any time while no host runs. */
  readonly vectors: string;
  /** Contents of objects by SHA-256. */
  readonly contents: string;
  /** The journal: what each version of an object is, so that the store can be read without the database. */
  readonly versions: string;
  /** Contents being written; on the same file system as `contents`, so that a rename is atomic. */
  readonly temporary: string;
  /** What was prepared of photographs; can be deleted at any time. */
  readonly prepared: string;
  readonly uploadSecret: string;
  readonly lock: string;
  /** Tells which process holds the lock; of no meaning without it. */
  readonly lockHolder: string;
  /** Where a running host can be reached. */
  readonly endpoint: string;
  /** Lies there while a backup is being restored. */
  readonly restoring: string;
}

export function dataFolder(directory: string): DataFolder {
  const root = resolve(directory);
  return {
    directory: root,
    database: join(root, 'state.sqlite'),
    vectors: join(root, 'search.sqlite'),
    contents: join(root, 'objects'),
    versions: join(root, 'objects', 'versions'),
    temporary: join(root, 'temporary'),
    prepared: join(root, 'prepared'),
    uploadSecret: join(root, 'upload-secret'),
    lock: join(root, 'host.lock'),
    lockHolder: join(root, 'host.json'),
    endpoint: join(root, 'endpoint.json'),
    restoring: join(root, 'restore.json'),
  };
}

/**
 * What a data folder may hold besides its database: left by a first start that was cut short, by a host whose database
 * was lost since, or by the system.
 */
const HARMLESS =
  /^(?:objects|temporary|bundles|prepared|readers|token|upload-secret|webhooks-followed|host\.(?:lock|json|log)|(?:worker|jobs|preparation)\.log|endpoint\.json|(?:state|search)[^/]*\.sqlite|lost\+found|\.DS_Store)/;

/**
 * Makes a data folder, or checks that an existing folder is one, and the user's own.
 *
 * @param purpose `restore`: a folder that a backup is being restored into is accepted
 * @throws DataFolderError if it is a file, holds something else, belongs to another user or is being restored
 * @throws LocalError if it cannot be made
 */
export async function prepareDataFolder(
  directory: string,
  purpose: 'use' | 'restore' = 'use',
): Promise<DataFolder> {
  const folder = dataFolder(directory);
  try {
    const existing = await stat(folder.directory).catch(() => undefined);
    if (existing !== undefined && !existing.isDirectory()) {
      throw new DataFolderError(`"${folder.directory}" is a file. Name a folder for the data.`);
    }
    await mkdir(folder.directory, { recursive: true, mode: PRIVATE_FOLDER });
    await requireOwner(folder.directory);
    const names = await readdir(folder.directory);
    if (purpose === 'use' && names.includes(basename(folder.restoring))) {
      throw new DataFolderError(
        `A backup was being restored into "${folder.directory}", and that was interrupted. Run the same command again: it goes on from there.`,
      );
    }
    const foreign = names.find((name) => !HARMLESS.test(name) && name !== basename(folder.restoring));
    if (foreign !== undefined && !names.includes('state.sqlite')) {
      throw new DataFolderError(
        `"${folder.directory}" is no data folder and not empty: it holds "${foreign}". Choose an empty folder, or a data folder made by retclip.`,
      );
    }
    await mkdir(folder.contents, { recursive: true, mode: PRIVATE_FOLDER });
    await mkdir(folder.temporary, { recursive: true, mode: PRIVATE_FOLDER });
    // A store that has contents and no journal is of a former release: it gets one once its database was looked at.
    if ((await readdir(folder.contents)).length === 0) await mkdir(folder.versions, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (!alreadyExists(error)) throw storageError(error, folder.directory);
  }
  return folder;
}
