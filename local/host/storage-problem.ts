import { ChecksumMismatchError } from '../../core/errors.ts';
import { ApiError } from '../../functions/api/problem.ts';
import {
  StorageBusyError,
  StorageFailedError,
  StorageFullError,
  StorageUnwritableError,
  TooManyFilesError,
  UploadCutShortError,
  UploadRefusedError,
  UploadStalledError,
  UploadTooLongError,
} from '../errors.ts';

/** It passes by itself, or somebody has to see to it: a client may try again after so many seconds. */
const RETRY_AFTER = { 'retry-after': '5' };

/**
 * Says what a failure of the data folder means for a caller. A text that names a folder may be told: every caller on
 * this machine has the folder's token.
 *
 * @returns 507 for a full disk, 503 for what passes, 400, 403, 408 or 413 for an upload; other errors as they are
 * @see RFC 4918, 11.5: 507 Insufficient Storage
 */
export function storageProblem(error: Error): Error {
  if (error instanceof StorageFullError) return new ApiError(507, error.message, RETRY_AFTER);
  if (
    error instanceof TooManyFilesError ||
    error instanceof StorageBusyError ||
    error instanceof StorageFailedError ||
    error instanceof StorageUnwritableError
  ) {
    return new ApiError(503, error.message, RETRY_AFTER);
  }
  if (error instanceof UploadRefusedError) return new ApiError(403, error.message);
  if (error instanceof UploadTooLongError) return new ApiError(413, error.message);
  if (error instanceof UploadStalledError) return new ApiError(408, error.message);
  if (error instanceof UploadCutShortError || error instanceof ChecksumMismatchError)
    return new ApiError(400, error.message);
  return error;
}
