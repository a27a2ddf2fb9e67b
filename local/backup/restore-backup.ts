import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { type DataFolder, dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import { DataFolderError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { storageError } from '../storage-errors.ts';
import {
  type Backup,
  BackupError,
  type BackupFolder,
  backupFolder,
  readBackup,
  syncFolder,
  writeWhole,
} from './backup-folder.ts';
import { copyVerified } from './copy-verified.ts';
import { type NamedContent, SavedDatabase } from './snapshot.ts';

/** What was restored. */
export interface RestoreReport extends Omit<Backup, 'damaged'> {
  /** Keys of objects whose content the backup does not have, or not as it was. Uploading them again puts them right. */
  readonly damaged: readonly string[];
}

export interface RestoreOptions {
  readonly onProgress?: (done: number, contents: number) => void;
}

const COPIES_AT_ONCE = 4;
/** What a folder may hold that nothing was put into yet, or that only a lock was taken in. */
const EMPTY = /^(?:host\.(?:lock|json)|lost\+found|\.DS_Store)/;

/** Sees that nothing is overwritten: an interrupted restore of this very backup goes on. @throws DataFolderError */
async function checkTarget(folder: DataFolder, backup: Backup): Promise<void> {
  if (!existsSync(folder.directory)) return;
  const names = await readdir(folder.directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR')
      throw new DataFolderError(`"${folder.directory}" is a file. Name a new folder.`);
    throw error;
  });
  if (existsSync(folder.restoring)) {
    const text = await readFile(folder.restoring, 'utf8');
    if (text.includes(backup.id)) return;
    throw new DataFolderError(
      `Another backup, or an older state of this one, was being restored into "${folder.directory}". Delete that folder, or name a new one by --data.`,
    );
  }
  const found = names.find((name) => !EMPTY.test(name));
  if (found === undefined) return;
  // Says so first if a host runs on it.
  if (names.includes('state.sqlite')) await (await lockDataFolder(folder.directory)).release();
  throw new DataFolderError(
    `"${folder.directory}" is not empty: it holds "${found}". A backup is restored into a new folder only, so that nothing is overwritten. Name another one by --data; or move that folder away first.`,
  );
}

async function restoreFiles(folder: DataFolder, backup: BackupFolder, manifest: Backup): Promise<void> {
  for (const { path, sha256 } of manifest.files) {
    const source = join(backup.directory, `files-${manifest.id}`, path);
    const wanted = { path: join(folder.directory, path), sha256 };
    const how = await copyVerified(source, wanted, folder.temporary, false);
    if (how === 'missing' || how === 'damaged')
      throw new BackupError(`"${source}" is ${how}. Take an older backup, or restore without it by hand.`);
    await syncFolder(dirname(wanted.path));
  }
}

/** @returns what the backup does not have as it was */
async function restoreContents(
  folder: DataFolder,
  backup: BackupFolder,
  contents: readonly NamedContent[],
  options: RestoreOptions,
): Promise<readonly NamedContent[]> {
  const limit = pLimit(COPIES_AT_ONCE);
  const faulty: NamedContent[] = [];
  const touched = new Set<string>([folder.contents]);
  let done = 0;
  async function copy(content: NamedContent): Promise<void> {
    const { sha256, bytes } = content;
    const prefix = sha256.slice(0, 2);
    const wanted = { path: join(folder.contents, prefix, sha256), sha256, bytes };
    const how = await copyVerified(join(backup.contents, prefix, sha256), wanted, folder.temporary, false);
    if (how === 'missing' || how === 'damaged') faulty.push(content);
    else touched.add(join(folder.contents, prefix));
    done += 1;
    options.onProgress?.(done, contents.length);
  }
  await Promise.all(contents.map((content) => limit(() => copy(content))));
  for (const path of touched) await syncFolder(path);
  return faulty;
}

/**
 * Restores a backup into a new data folder and verifies all of it: the database by SQLite's own check, every content by
 * its SHA-256. What the backup lacks is told, and the rest is restored nevertheless. An interrupted restore leaves a
 * folder that no host starts on; the same call goes on from there.
 *
 * @param source folder of the backup
 * @param directory folder to restore into: not there yet, or empty
 * @throws BackupError if it is not a backup, or its database is missing or damaged
 * @throws DataFolderError if the folder is not empty, or a host runs on it
 */
export async function restoreBackup(
  source: string,
  directory: string,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const backup = backupFolder(source);
  const manifest = await readBackup(backup);
  if (manifest === undefined) {
    throw new BackupError(
      `"${backup.directory}" is no backup: it has no backup.json. Name the folder that \`retclip backup\` was given; if its first run was interrupted, there is no backup yet.`,
    );
  }
  const folder = dataFolder(directory);
  await checkTarget(folder, manifest);
  await mkdir(folder.directory, { recursive: true, mode: PRIVATE_FOLDER });
  const lock = await lockDataFolder(folder.directory, 'restore');
  try {
    await writeWhole(folder.restoring, folder.temporary, `${JSON.stringify({ backup: manifest.id })}\n`);
    const fresh = join(folder.temporary, 'restored.sqlite');
    const wanted = { path: fresh, sha256: manifest.database.sha256 };
    const how = await copyVerified(
      join(backup.directory, manifest.database.file),
      wanted,
      folder.temporary,
      false,
    );
    if (how === 'missing' || how === 'damaged') {
      throw new BackupError(
        `The database of the backup (${join(backup.directory, manifest.database.file)}) is ${how}. Take an older backup.`,
      );
    }
    const saved = new SavedDatabase(fresh, backup.directory);
    let faulty: readonly NamedContent[];
    try {
      saved.check();
      faulty = await restoreContents(folder, backup, [...saved.contents()], options);
    } finally {
      saved.close();
    }
    await restoreFiles(folder, backup, manifest);
    await rename(fresh, folder.database);
    await syncFolder(folder.directory);
    await rm(folder.restoring);
    await syncFolder(folder.directory);
    // Writes the store's journal.
    await (await openLocalHome(folder.directory)).close();
    return { ...manifest, damaged: faulty.map(({ key }) => key) };
  } catch (error) {
    throw storageError(error, folder.directory);
  } finally {
    await lock.release();
  }
}
