import { ObjectNotFoundError } from '../errors.ts';
import { MOVES_PREFIX } from '../identity/moved-from.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { mentions } from '../pseudonyms/mentions.ts';

const PAGE = 1_000;

/** Forgets moves of a patient's images that intake has not taken in: there are few at any time. */
export async function eraseMoves(store: ObjectStore, program: string, patient: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await store.list(`${MOVES_PREFIX}${program}/`, { limit: PAGE, cursor });
    for (const { key } of page.items) {
      try {
        const { content } = await store.get(key);
        if (mentions(Buffer.from(content).toString(), patient)) await eraseObject(store, key);
      } catch (error) {
        if (!(error instanceof ObjectNotFoundError)) throw error;
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}
