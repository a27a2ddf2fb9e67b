import { ObjectChangedError, ObjectExistsError, ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Writers of one document at a time are few: more conflicts than this in a row mean a fault. */
const ATTEMPTS = 20;

/**
 * Repeats a conditional write for as long as another writer is first.
 *
 * @param write reads, and writes on condition that no other writer came in between
 * @throws ObjectChangedError or ObjectExistsError if others won every time
 */
export async function untilUnchanged<Answer>(write: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const isLate = error instanceof ObjectChangedError || error instanceof ObjectExistsError;
      if (!isLate || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Changes a text in the store over just the version that was read, and keeps its type and metadata. Two changes at once are
 * made one after the other: neither brings back what the other has taken out.
 *
 * @param change must have no effects: it may run several times. Returning the text that it was given writes nothing.
 * @returns `false` if the document does not exist
 * @throws ObjectChangedError if other writers won every time
 * @example await changeStored(store, 'facts.json', (text) => text.replace('P1', '(erased)'));
 */
export function changeStored(
  store: Pick<ObjectStore, 'get' | 'put'>,
  key: string,
  change: (text: string) => string,
): Promise<boolean> {
  return untilUnchanged(async () => {
    try {
      const { object, content } = await store.get(key);
      const before = Buffer.from(content).toString();
      const after = change(before);
      if (after === before) return true;
      const { contentType, metadata, versionId } = object;
      const condition = versionId === null ? {} : { ifLatest: versionId };
      await store.put(key, Buffer.from(after), { contentType, metadata, ...condition });
      return true;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      throw error;
    }
  });
}
