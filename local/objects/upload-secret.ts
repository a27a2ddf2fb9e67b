import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolder } from '../data-folder.ts';
import { StorageDamagedError } from '../errors.ts';
import { alreadyExists, isMissing, storageError } from '../storage-errors.ts';

const SECRET_BYTES = 32;

/** Writes the secret whole under another name first: a link either is there or not, and the first one wins. */
async function create(folder: DataFolder): Promise<void> {
  const temporary = join(folder.temporary, randomUUID());
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(SECRET_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, folder.uploadSecret);
  } catch (error) {
    if (!alreadyExists(error)) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The data folder's secret for signing uploads: made at the first call, readable by its owner only.
 *
 * @returns 32 bytes
 * @throws LocalError if it cannot be read or made
 */
export async function uploadSecret(folder: DataFolder): Promise<Buffer> {
  try {
    const existing = await readFile(folder.uploadSecret).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (existing === undefined) await create(folder);
    const secret = existing ?? (await readFile(folder.uploadSecret));
    if (secret.length !== SECRET_BYTES) {
      throw new StorageDamagedError(
        `"${folder.uploadSecret}" is damaged. Remove it: a new one is made at the next start.`,
      );
    }
    return secret;
  } catch (error) {
    throw storageError(error, folder.directory);
  }
}
