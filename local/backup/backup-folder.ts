import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { LocalError } from '../errors.ts';
import { keepPrivate, PRIVATE_FILE, PRIVATE_FOLDER, requireOwner } from '../private-files.ts';
import { isMissing } from '../storage-errors.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** What a backup holds, in `backup.json`: written last, so that a backup is what it says or what it was before. */
export const backupSchema = z.object({
  schema: z.literal('backup/1'),
  id: z.uuid(),
  /** When its database was taken; everything that was stored until then is in it. */
  at: z.iso.datetime(),
  database: z.object({ file: z.string(), sha256: sha256Schema }),
  /** Small files of the data folder: secrets, tokens and how far events were followed. */
  files: z.array(z.object({ path: z.string(), sha256: sha256Schema })),
  exams: z.number().int().nonnegative(),
  /** Photographs in all versions, and versions of all objects. */
  images: z.number().int().nonnegative(),
  versions: z.number().int().nonnegative(),
  /** Different contents, and their bytes in all. */
  contents: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Keys of objects whose content could not be read in the data folder, and is not in the backup either. */
  damaged: z.array(z.string()),
});
export type Backup = Readonly<z.infer<typeof backupSchema>>;

/** The folder is not a backup, is damaged, or is the backup of another data folder. Nothing was changed. */
export class BackupError extends LocalError {}

/** Where each thing lies in a backup. */
export interface BackupFolder {
  readonly directory: string;
  readonly manifest: string;
  readonly contents: string;
  readonly temporary: string;
}

export function backupFolder(directory: string): BackupFolder {
  const root = resolve(directory);
  return {
    directory: root,
    manifest: join(root, 'backup.json'),
    contents: join(root, 'contents'),
    temporary: join(root, 'temporary'),
  };
}

/** Until its first run is done, a backup has no manifest. */
const OWN = /^(?:contents|temporary|lost\+found|\.DS_Store|(?:state|files)-[0-9a-f-]{36}(?:\.sqlite)?)$/;

/**
 * Reads what a backup holds.
 *
 * @returns `undefined` if there is no backup yet
 * @throws BackupError if its manifest is damaged
 */
export async function readBackup(folder: BackupFolder): Promise<Backup | undefined> {
  let text: string;
  try {
    text = await readFile(folder.manifest, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return backupSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupError(
      `"${folder.manifest}" is damaged, so what the backup holds cannot be told. Make a new backup in another folder.`,
      { cause: error },
    );
  }
}

/** Makes a folder for a backup, or checks that an existing one is that. @throws BackupError */
export async function prepareBackupFolder(directory: string): Promise<BackupFolder> {
  const folder = backupFolder(directory);
  const existing = await stat(folder.directory).catch(() => undefined);
  if (existing !== undefined && !existing.isDirectory())
    throw new BackupError(`"${folder.directory}" is a file. Name a folder for the backup.`);
  await mkdir(folder.directory, { recursive: true, mode: PRIVATE_FOLDER });
  await requireOwner(folder.directory);
  const names = await readdir(folder.directory);
  const foreign = names.find((name) => !OWN.test(name));
  if (foreign !== undefined && !names.includes('backup.json')) {
    throw new BackupError(
      `"${folder.directory}" is no backup and not empty: it holds "${foreign}". Choose an empty folder, or a backup made by retclip.`,
    );
  }
  await keepPrivate(folder.directory);
  await mkdir(folder.contents, { recursive: true, mode: PRIVATE_FOLDER });
  await mkdir(folder.temporary, { recursive: true, mode: PRIVATE_FOLDER });
  return folder;
}

/** Brings a folder's names onto the disk. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file whole or not at all, and brings it onto the disk. */
export async function writeWhole(
  file: string,
  temporary: string,
  content: string | Uint8Array,
): Promise<void> {
  const written = join(temporary, randomUUID());
  await writeFile(written, content, { mode: PRIVATE_FILE, flush: true });
  await rename(written, file);
  await syncFolder(join(file, '..'));
}
