import { createHash } from 'node:crypto';
import { ObjectNotFoundError } from '../../core/errors.ts';
import type { Home, StoredObject } from '../../core/ports/index.ts';
import { PreparationError } from './errors.ts';

/**
 * Reads just the version that was announced.
 *
 * @returns `null` if it is gone
 * @throws PreparationError if it is read with another hash
 */
export async function readSource(
  objects: Home['objects'],
  { key, versionId, sha256 }: StoredObject,
): Promise<Uint8Array | null> {
  try {
    const { content } = await objects.get(key, versionId === null ? {} : { versionId });
    const found = createHash('sha256').update(content).digest('hex');
    if (found === sha256) return content;
    throw new PreparationError(`"${key}" was read with SHA-256 ${found} instead of ${sha256}.`);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}

/** A version that is listed and cannot be read. */
export function lostContent(key: string): PreparationError {
  return new PreparationError(
    `The store lists "${key}" but cannot give its content. Upload the photograph again, or restore a backup.`,
  );
}
