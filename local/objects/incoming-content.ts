import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChecksumMismatchError } from '../../core/errors.ts';
import type { DataFolder } from '../data-folder.ts';
import { UploadCutShortError, UploadTooLongError } from '../errors.ts';
import { storageError } from '../storage-errors.ts';

/** What a content must be. */
export interface ExpectedContent {
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A content in a temporary file, whole, on the disk and just what was expected. */
export interface IncomingContent extends AsyncDisposable {
  readonly file: string;
}

/**
 * Writes a content to a temporary file as it comes, without holding it in memory, and stops at the expected length.
 *
 * @param chunks the content; not read any further once it is too long
 * @returns the file, which goes when its scope ends
 * @throws UploadTooLongError, UploadCutShortError, ChecksumMismatchError; nothing is left behind
 * @throws LocalError if the disk is full or cannot be written; nothing is left behind
 * @example
 * await using incoming = await receiveContent(folder, request.body, { key, bytes, sha256 });
 */
export async function receiveContent(
  folder: DataFolder,
  chunks: AsyncIterable<Uint8Array>,
  { key, bytes, sha256 }: ExpectedContent,
): Promise<IncomingContent> {
  const file = join(folder.temporary, randomUUID());
  const remove = () => rm(file, { force: true });
  try {
    const hash = createHash('sha256');
    const handle = await open(file, 'wx', 0o600);
    let received = 0;
    try {
      for await (const chunk of chunks) {
        received += chunk.byteLength;
        if (received > bytes) throw new UploadTooLongError(key, bytes);
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      if (received < bytes) throw new UploadCutShortError(key, bytes, received);
      const found = hash.digest('hex');
      if (found !== sha256) throw new ChecksumMismatchError(key, sha256, found);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await remove().catch(() => undefined);
    throw storageError(error, folder.directory);
  }
  return { file, [Symbol.asyncDispose]: remove };
}
