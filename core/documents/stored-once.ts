import { ObjectExistsError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/**
 * Writes a JSON document unless there is one: the facts of a job are written once, by the one that comes first, and never
 * change. So jobs need no locks and no counters, and what a crash left half done is done again with the same end.
 *
 * @returns `false` if the document was there before
 */
export async function storeOnce(store: ObjectStore, key: string, content: unknown): Promise<boolean> {
  try {
    await store.put(key, Buffer.from(JSON.stringify(content)), {
      contentType: 'application/json',
      ifAbsent: true,
    });
    return true;
  } catch (error) {
    if (error instanceof ObjectExistsError) return false;
    throw error;
  }
}
