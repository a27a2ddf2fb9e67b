import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ChecksumMismatchError } from '../core/errors.ts';
import { ApiError } from '../functions/api/problem.ts';
import {
  LocalError,
  StorageBusyError,
  StorageDamagedError,
  StorageFailedError,
  StorageFullError,
  StorageUnwritableError,
  TooManyFilesError,
  UploadCutShortError,
  UploadRefusedError,
  UploadStalledError,
  UploadTooLongError,
} from './errors.ts';
import { storageProblem } from './host/storage-problem.ts';
import { storageError } from './storage-errors.ts';

const system = (code: string) =>
  Object.assign(new Error(`${code}: what the system says`), { code, syscall: 'write' });
const sqlite = (errcode: number) =>
  Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode });

it.each([
  [system('ENOSPC'), StorageFullError, 507],
  [system('EDQUOT'), StorageFullError, 507],
  [system('EFBIG'), StorageFullError, 507],
  [sqlite(13), StorageFullError, 507],
  [system('EMFILE'), TooManyFilesError, 503],
  [system('ENFILE'), TooManyFilesError, 503],
  [system('EIO'), StorageFailedError, 503],
  // SQLITE_IOERR_READ on a disk that has room.
  [sqlite(266), StorageFailedError, 503],
  [system('EROFS'), StorageUnwritableError, 503],
  [system('EACCES'), StorageUnwritableError, 503],
  [sqlite(8), StorageUnwritableError, 503],
  [sqlite(14), StorageUnwritableError, 503],
  [sqlite(5), StorageBusyError, 503],
  [sqlite(11), StorageDamagedError, null],
  [system('ENOTDIR'), LocalError, null],
])('%s is told by its kind, with the folder and what the system says', (error, kind, status) => {
  const told = storageError(error, tmpdir()) as Error;
  expect(told.constructor).toBe(kind);
  expect(told.message).toContain(`"${tmpdir()}"`);
  if (kind !== StorageBusyError) expect(told.message).toContain(error.message);
  const answer = storageProblem(told);
  if (status === null) expect(answer).toBe(told);
  else expect(answer).toMatchObject({ status, message: told.message });
});

it.each([
  [new UploadRefusedError('forged'), 403],
  [new UploadTooLongError('a', 5), 413],
  [new UploadCutShortError('a', 5, 4), 400],
  [new UploadStalledError(30_000), 408],
  [new ChecksumMismatchError('a', 'b', 'c'), 400],
])('%s of an upload is answered by %i', (error, status) => {
  expect(storageProblem(error)).toBeInstanceOf(ApiError);
  expect(storageProblem(error)).toMatchObject({ status, message: error.message });
});

it('gives back what is not a fault of the folder', () => {
  const error = new Error('a fault in the program');
  expect(storageError(error, '/data')).toBe(error);
  expect(storageProblem(error)).toBe(error);
});

it('knows a database that may not grow', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storage-errors-'));
  const database = new DatabaseSync(join(folder, 'a.sqlite'));
  try {
    database.exec('PRAGMA max_page_count = 4; CREATE TABLE t (a BLOB)');
    expect(() => {
      try {
        database.exec('INSERT INTO t VALUES (zeroblob(100000))');
      } catch (error) {
        throw storageError(error, folder);
      }
    }).toThrow(StorageFullError);
  } finally {
    database.close();
    await rm(folder, { recursive: true });
  }
});
