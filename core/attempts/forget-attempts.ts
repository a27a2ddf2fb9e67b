import type { ObjectStore } from '../ports/index.ts';
import { ATTEMPTS_PREFIX } from './attempt-note.ts';

const PAGE = 500;
/** Longer than a message waits in any queue. In AWS the bucket's lifecycle says the same. */
const KEPT_MILLISECONDS = 30 * 24 * 3_600_000;

/**
 * Removes notes about requests that no worker came back to: one whose worker died between its answer and its note's
 * removal. In AWS the bucket's lifecycle does so.
 *
 * @returns how many versions were removed
 */
export async function forgetAttempts(
  store: Pick<ObjectStore, 'list' | 'listVersions' | 'deleteVersion'>,
  now: number,
): Promise<number> {
  const old: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(ATTEMPTS_PREFIX, { limit: PAGE, cursor });
    old.push(
      ...page.items
        .filter(({ lastModified }) => now - lastModified.getTime() > KEPT_MILLISECONDS)
        .map(({ key }) => key),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  let removed = 0;
  for (const key of old) {
    const { items } = await store.listVersions(key, { limit: PAGE });
    for (const version of items) {
      if (version.key !== key || version.versionId === null) continue;
      await store.deleteVersion(key, version.versionId);
      removed += 1;
    }
  }
  return removed;
}
