import {
  LocalError,
  StorageBusyError,
  StorageDamagedError,
  StorageFullError,
  StorageUnwritableError,
} from '../errors.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const SQLITE = { perm: 3, busy: 5, locked: 6, readonly: 8, corrupt: 11, full: 13, cantopen: 14, notadb: 26 };

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

/**
 * Says what a failure of the file system or of SQLite means for the data folder; gives every other error back as it is.
 *
 * @param directory the data folder, for the message
 * @example throw storageError(error, '/data') // StorageFullError: The disk of data folder "/data" is full …
 */
export function storageError(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || error instanceof LocalError) return error;
  const code = codeOf(error);
  const sqlite = sqliteCode(error);
  const cause = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || sqlite === SQLITE.full) {
    return new StorageFullError(
      `The disk of data folder "${directory}" is full (${error.message}). Nothing of this write is stored; free some space and repeat it.`,
      cause,
    );
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    sqlite === SQLITE.readonly ||
    sqlite === SQLITE.perm ||
    sqlite === SQLITE.cantopen
  ) {
    return new StorageUnwritableError(
      `Data folder "${directory}" cannot be written (${error.message}). Check its owner, its permissions and that its disk is not mounted read-only.`,
      cause,
    );
  }
  if (sqlite === SQLITE.corrupt || sqlite === SQLITE.notadb) {
    return new StorageDamagedError(
      `The database in data folder "${directory}" is damaged (${error.message}). Restore the folder from a backup.`,
      cause,
    );
  }
  if (isBusy(error)) {
    return new StorageBusyError(
      `Another process holds the database in data folder "${directory}". Stop it, or repeat when it is done.`,
      cause,
    );
  }
  if (code?.startsWith('E') && 'syscall' in error) {
    return new LocalError(`Data folder "${directory}" failed: ${error.message}.`, cause);
  }
  return error;
}
