import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import pLimit from 'p-limit';
import { type DataFolder, dataFolder } from '../data-folder.ts';
import { Database } from '../database/database.ts';
import { DataFolderError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { sha256OfFile } from '../objects/content-files.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { storageError } from '../storage-errors.ts';
import {
  type Backup,
  BackupError,
  type BackupFolder,
  prepareBackupFolder,
  readBackup,
  syncFolder,
  writeWhole,
} from './backup-folder.ts';
import { type Copied, copyVerified } from './copy-verified.ts';
import { comesFrom, type NamedContent, SavedDatabase, takeSnapshot } from './snapshot.ts';

/** What a run of a backup has done. */
export interface BackupReport extends Backup {
  /** Contents copied in this run, and their bytes. The others were there already. */
  readonly copied: number;
  readonly copiedBytes: number;
  /** Contents taken out of the backup, since nothing names them any more: an erasure reaches the backup so. */
  readonly removed: number;
}

export interface BackupOptions {
  /** Read every content in the backup again, and replace those that are damaged there. */
  readonly verify?: boolean;
  readonly onProgress?: (done: number, contents: number, bytes: number) => void;
  readonly now?: () => Date;
}

/** Small files of a data folder that no database holds; folders end with a slash. */
const FILES = ['upload-secret', 'token', 'webhooks-followed', 'readers/'] as const;
const COPIES_AT_ONCE = 4;
/** An erasure meanwhile has the snapshot taken again; more erasures than this in a row mean a fault. */
const ATTEMPTS = 5;

function isWithin(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path === '' || !(path.startsWith('..') || resolve(path) === path);
}

/** Where a path really is, as far as it is there yet: links lead elsewhere. */
function placeOf(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return dirname(full) === full ? full : join(placeOf(dirname(full)), basename(full));
}

/** @throws DataFolderError, BackupError */
function checkPlaces(folder: DataFolder, target: string): void {
  if (!existsSync(folder.database)) {
    throw new DataFolderError(
      `"${folder.directory}" is no data folder: it has no state.sqlite. Name the one of \`retclip local --data DIR\` by --data.`,
    );
  }
  const [from, to] = [placeOf(folder.directory), placeOf(target)];
  if (isWithin(from, to) || isWithin(to, from))
    throw new BackupError(
      `"${resolve(target)}" and data folder "${folder.directory}" lie one in the other. Choose a folder elsewhere, best on another disk.`,
    );
}

async function copyFiles(folder: DataFolder, backup: BackupFolder, place: string): Promise<Backup['files']> {
  const files: { path: string; sha256: string }[] = [];
  for (const name of FILES) {
    const names = name.endsWith('/')
      ? (await readdir(join(folder.directory, name)).catch(() => [])).map((file) => `${name}${file}`)
      : [name];
    for (const path of names) {
      const source = join(folder.directory, path);
      const sha256 = await sha256OfFile(source);
      if (sha256 === undefined) continue;
      const copied = await copyVerified(source, { path: join(place, path), sha256 }, backup.temporary, false);
      // A reader who is removed at this moment is not in the backup.
      if (copied !== 'missing') files.push({ path, sha256 });
    }
  }
  return files;
}

interface CopiedContents {
  readonly copied: number;
  readonly copiedBytes: number;
  /** Not in the data folder, or not as they were stored. */
  readonly faulty: readonly NamedContent[];
}

async function copyContents(
  folder: DataFolder,
  backup: BackupFolder,
  contents: readonly NamedContent[],
  options: BackupOptions,
): Promise<CopiedContents> {
  const limit = pLimit(COPIES_AT_ONCE);
  const faulty: NamedContent[] = [];
  const touched = new Set<string>([backup.contents]);
  let [done, copied, copiedBytes] = [0, 0, 0];
  async function copy(content: NamedContent): Promise<void> {
    const { sha256, bytes } = content;
    const prefix = sha256.slice(0, 2);
    const wanted = { path: join(backup.contents, prefix, sha256), sha256, bytes };
    const source = join(folder.contents, prefix, sha256);
    const how: Copied = await copyVerified(source, wanted, backup.temporary, options.verify !== true);
    if (how === 'copied') {
      copied += 1;
      copiedBytes += bytes;
      touched.add(join(backup.contents, prefix));
    } else if (how !== 'there') {
      faulty.push(content);
    }
    done += 1;
    options.onProgress?.(done, contents.length, copiedBytes);
  }
  await Promise.all(contents.map((content) => limit(() => copy(content))));
  for (const path of touched) await syncFolder(path);
  return { copied, copiedBytes, faulty };
}

/** Takes out of a backup what its present snapshot does not name. @returns how many contents */
async function removeUnnamed(
  backup: BackupFolder,
  present: Backup,
  named: ReadonlySet<string>,
): Promise<number> {
  let removed = 0;
  for (const prefix of await readdir(backup.contents)) {
    for (const sha256 of await readdir(join(backup.contents, prefix))) {
      if (named.has(sha256)) continue;
      await rm(join(backup.contents, prefix, sha256));
      removed += 1;
    }
  }
  const kept = ['backup.json', 'contents', 'temporary', present.database.file, `files-${present.id}`];
  for (const name of await readdir(backup.directory))
    if (/^(?:state|files)-/.test(name) && !kept.includes(name))
      await rm(join(backup.directory, name), { recursive: true });
  for (const name of await readdir(backup.temporary))
    await rm(join(backup.temporary, name), { recursive: true, force: true });
  return removed;
}

/**
 * Saves a data folder as it is at one moment, while a host may go on working on it: its database, and every content that
 * the database names, each verified by its SHA-256. Into a folder that holds a backup already, only what is new is
 * copied; what was erased since is taken out. An interrupted run leaves the backup as it was, and the next one goes on
 * from there.
 *
 * ```
 * small files ─▶ snapshot of the database ─▶ every content that it names ─▶ backup.json ─▶ what nothing names goes
 * ```
 *
 * @param target folder of the backup, made if there is none
 * @throws BackupError if the folder is something else, or the backup of another data folder or of another time
 * @throws DataFolderError if there is no data folder, or its database is not the store's own
 */
export async function saveBackup(
  directory: string,
  target: string,
  options: BackupOptions = {},
): Promise<BackupReport> {
  const folder = dataFolder(directory);
  checkPlaces(folder, target);
  // Sees that the database is the store's own: a good backup must not be replaced by what is left of a lost folder.
  await (await openLocalHome(directory, { sweep: false })).close();
  const database = new Database(folder.database, folder.directory);
  try {
    const backup = await prepareBackupFolder(target);
    const former = await readBackup(backup);
    if (former !== undefined && !comesFrom(database, former.id)) {
      throw new BackupError(
        `"${backup.directory}" holds a backup of ${former.at} that data folder "${folder.directory}" does not come from: it is of another folder, or of a time that this one was set back from. Nothing was changed. Choose an empty folder for this backup.`,
      );
    }
    for (let attempt = 1; ; attempt += 1) {
      const report = await saveOnce(folder, database, backup, options);
      if (report !== null) return report;
      if (attempt === ATTEMPTS)
        throw new BackupError(
          'Objects are being removed over and over. Repeat the backup when that has ended.',
        );
    }
  } catch (error) {
    throw storageError(error, target);
  } finally {
    database.close();
  }
}

/** @returns `null` if something was removed meanwhile that the snapshot names */
async function saveOnce(
  folder: DataFolder,
  database: Database,
  backup: BackupFolder,
  options: BackupOptions,
): Promise<BackupReport | null> {
  const at = options.now?.() ?? new Date();
  const gathered = join(backup.temporary, 'files');
  await rm(gathered, { recursive: true, force: true });
  await mkdir(gathered, { mode: PRIVATE_FOLDER });
  // Before the snapshot: who follows events may be told of one again, but never pass one over.
  const files = await copyFiles(folder, backup, gathered);
  const snapshot = join(backup.temporary, 'snapshot.sqlite');
  const id = await takeSnapshot(database, snapshot, at);
  const saved = new SavedDatabase(snapshot, backup.directory);
  try {
    saved.check();
    const contents = [...saved.contents()];
    const { copied, copiedBytes, faulty } = await copyContents(folder, backup, contents, options);
    const isNamed = ({ sha256 }: NamedContent): boolean =>
      database.get('SELECT 1 FROM object_versions WHERE sha256 = ? LIMIT 1', sha256) !== undefined;
    if (!faulty.every(isNamed)) return null;
    const name = `state-${id}.sqlite`;
    await rename(snapshot, join(backup.directory, name));
    await rename(gathered, join(backup.directory, `files-${id}`));
    const manifest: Backup = {
      schema: 'backup/1',
      id,
      at: at.toISOString(),
      database: { file: name, sha256: String(await sha256OfFile(join(backup.directory, name))) },
      files,
      ...saved.holdings(),
      damaged: faulty.map(({ key }) => key),
    };
    await syncFolder(backup.directory);
    await writeWhole(backup.manifest, backup.temporary, `${JSON.stringify(manifest)}\n`);
    const removed = await removeUnnamed(backup, manifest, new Set(contents.map(({ sha256 }) => sha256)));
    return { ...manifest, copied, copiedBytes, removed };
  } finally {
    saved.close();
  }
}
