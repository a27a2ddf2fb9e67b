import { closeSync, openSync, statfsSync } from 'node:fs';
import {
  LocalError,
  StorageBusyError,
  StorageDamagedError,
  StorageFailedError,
  StorageFullError,
  StorageUnwritableError,
  TooManyFilesError,
} from './errors.ts';
import { bytesText } from './room/bytes-text.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const SQLITE = {
  ...{ perm: 3, busy: 5, locked: 6, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 },
};

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** With less free than this, a failure of SQLite's input or output is the disk's being full. */
const A_FEW_PAGES = 64 * 1024;
const TOO_MANY_FILES: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);
const UNWRITABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS']);

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** @returns SQLite's primary result code, without the extension in the higher bits */
function sqliteCode(error: Error): number | undefined {
  if (codeOf(error) !== 'ERR_SQLITE_ERROR') return undefined;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** `true` if another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = sqliteCode(error);
  return code === SQLITE.busy || code === SQLITE.locked;
}

/** `true` if a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === 'ENOENT';
}

/** `true` if a file or folder exists already. */
export function alreadyExists(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === 'EEXIST';
}

/** Whether a file can be opened at all: SQLite says of a lack of descriptors only that it cannot open its files. */
function lacksDescriptors(directory: string): boolean {
  try {
    closeSync(openSync(directory, 'r'));
    return false;
  } catch (error) {
    return error instanceof Error && TOO_MANY_FILES.has(codeOf(error));
  }
}

/** Free bytes on a folder's disk; `undefined` where the system does not tell. */
function freeBytes(directory: string): number | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(directory);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

/** What became of the write that failed. */
type WriteFate = 'not-stored' | 'stored-but-for-its-line';

const FATES: Readonly<Record<WriteFate, string>> = {
  'not-stored': 'Nothing of this write is stored.',
  'stored-but-for-its-line':
    'The write is done: what was to be stored is stored, and what was to be removed is gone. Only its line in the journal (objects/versions) is missing: it is written with the next write or at the next start. There is nothing to repeat.',
};

function full(error: Error, directory: string, free: number | undefined, fate: WriteFate): StorageFullError {
  const left = free === undefined ? '' : ` ${bytesText(free)} are free.`;
  const what =
    fate === 'not-stored'
      ? 'Nothing of this write is stored, and nothing that is stored was lost. Free some space on that disk, 64 MB or more, and repeat it.'
      : `${FATES[fate]} Free some space on that disk, 64 MB or more.`;
  return new StorageFullError(
    `The disk of data folder "${directory}" is full (${error.message}).${left} ${what}`,
    { cause: error },
  );
}

/** SQLite tells of a full disk now and then only that its input or output failed. */
function sqliteInputOutput(error: Error, directory: string, fate: WriteFate): LocalError {
  if (lacksDescriptors(directory)) return tooManyFiles(error, directory, fate);
  const free = freeBytes(directory);
  if (free !== undefined && free < A_FEW_PAGES) return full(error, directory, free, fate);
  return failed(error, directory, fate);
}

function tooManyFiles(error: Error, directory: string, fate: WriteFate): TooManyFilesError {
  return new TooManyFilesError(
    `No further file can be opened for data folder "${directory}" (${error.message}): this process or the machine has reached its limit. ${FATES[fate]} It is tried again; if it lasts, allow more: ulimit -n 4096`,
    { cause: error },
  );
}

function failed(error: Error, directory: string, fate: WriteFate): StorageFailedError {
  return new StorageFailedError(
    `The disk of data folder "${directory}" has failed (${error.message}). ${FATES[fate]} Look at the system's log for this disk, and copy the folder to another one if it happens again.`,
    { cause: error },
  );
}

/**
 * Says what a failure of the file system or of SQLite means for the data folder; gives every other error back as it is.
 *
 * @param directory the data folder, for the message
 * @example throw storageError(error, '/data') // StorageFullError: The disk of data folder "/data" is full …
 */
export function storageError(error: unknown, directory: string): unknown {
  return explained(error, directory, 'not-stored');
}

/**
 * The same of a failure that came after the write itself: the database has it, and only the journal lacks its line.
 *
 * @param error as it came, or as `storageError` has told it already
 */
export function journalError(error: unknown, directory: string): unknown {
  const cause = error instanceof LocalError && error.cause !== undefined ? error.cause : error;
  const told = explained(cause, directory, 'stored-but-for-its-line');
  return told === cause ? error : told;
}

function explained(error: unknown, directory: string, fate: WriteFate): unknown {
  if (!(error instanceof Error) || error instanceof LocalError) return error;
  const code = codeOf(error);
  const sqlite = sqliteCode(error);
  const cause = { cause: error };
  const stored = fate === 'not-stored' ? '' : ` ${FATES[fate]}`;
  if (FULL.has(code) || sqlite === SQLITE.full) return full(error, directory, freeBytes(directory), fate);
  if (TOO_MANY_FILES.has(code)) return tooManyFiles(error, directory, fate);
  if (code === 'EIO') return failed(error, directory, fate);
  if (sqlite === SQLITE.ioerr) return sqliteInputOutput(error, directory, fate);
  if (sqlite === SQLITE.cantopen && lacksDescriptors(directory)) return tooManyFiles(error, directory, fate);
  if (
    UNWRITABLE.has(code) ||
    sqlite === SQLITE.readonly ||
    sqlite === SQLITE.perm ||
    sqlite === SQLITE.cantopen
  ) {
    return new StorageUnwritableError(
      `Data folder "${directory}" cannot be written (${error.message}).${stored} Check its owner, its permissions and that its disk is not mounted read-only.`,
      cause,
    );
  }
  if (sqlite === SQLITE.corrupt || sqlite === SQLITE.notadb) {
    return new StorageDamagedError(
      `The database in data folder "${directory}" is damaged (${error.message}). Restore a backup into a new folder: retclip restore BACKUP --data NEW. Or have the database made again from the store, which keeps every photograph: retclip local --rebuild --data ${JSON.stringify(directory)}`,
      cause,
    );
  }
  if (isBusy(error)) {
    return new StorageBusyError(
      stored === ''
        ? `Another process holds the database in data folder "${directory}". Stop it, or repeat when it is done.`
        : `Another process holds the database in data folder "${directory}".${stored}`,
      cause,
    );
  }
  if (code?.startsWith('E') && 'syscall' in error) {
    return new LocalError(`Data folder "${directory}" failed: ${error.message}.${stored}`, cause);
  }
  return error;
}
