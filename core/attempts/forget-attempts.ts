import { type ErasableStore, eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { ATTEMPTS_PREFIX } from './attempt-note.ts';

const PAGE = 500;
/** Longer than a message waits in any queue. In AWS the bucket's lifecycle says the same. */
const KEPT_MILLISECONDS = 30 * 24 * 3_600_000;

/**
 * Removes notes about requests to which no worker came back: of one whose worker died between its answer and its note's
 * removal. In AWS the bucket's lifecycle does so.
 *
 * @returns how many versions were removed
 */
export async function forgetAttempts(
  store: ErasableStore & Pick<ObjectStore, 'list'>,
  now: Date,
): Promise<number> {
  const old: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(ATTEMPTS_PREFIX, { limit: PAGE, cursor });
    old.push(
      ...page.items
        .filter(({ lastModified }) => now.getTime() - lastModified.getTime() > KEPT_MILLISECONDS)
        .map(({ key }) => key),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  let removed = 0;
  for (const key of old) removed += await eraseObject(store, key);
  return removed;
}
