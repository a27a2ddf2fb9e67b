import { ObjectNotFoundError } from '../errors.ts';
import { REQUESTS_PREFIX } from '../keys/requests-prefix.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { mentions } from '../pseudonyms/mentions.ts';

const PAGE = 1_000;
const AT_ONCE = 32;

/**
 * Forgets the remembered answers that name a patient. Their keys do not tell whom they name, so those of the last day
 * are read; older ones are forgotten in any case.
 *
 * @param until only answers that were given before, where a later exam has answers of its own
 * @returns how many
 */
export async function eraseAnswers(
  store: ObjectStore,
  program: string,
  patient: string,
  until?: Date,
): Promise<number> {
  let erased = 0;
  async function eraseOne(key: string): Promise<void> {
    try {
      const { content } = await store.get(key);
      if (!mentions(Buffer.from(content).toString(), patient)) return;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return;
      throw error;
    }
    await eraseObject(store, key);
    erased += 1;
  }
  let cursor: string | undefined;
  do {
    const page = await store.list(`${REQUESTS_PREFIX}${program}/`, { limit: PAGE, cursor });
    const keys = page.items.flatMap(({ key, lastModified }) =>
      until !== undefined && lastModified > until ? [] : [key],
    );
    for (let start = 0; start < keys.length; start += AT_ONCE)
      await Promise.all(keys.slice(start, start + AT_ONCE).map(eraseOne));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return erased;
}
