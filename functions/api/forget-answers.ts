import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { REMEMBERED_MILLISECONDS } from './sent-once.ts';

const PAGE = 500;

/**
 * Removes answers that are remembered no longer, for good. In AWS the bucket's lifecycle does so.
 *
 * @returns how many
 */
export async function forgetAnswers(store: ObjectStore, now: number): Promise<number> {
  let forgotten = 0;
  let cursor: string | undefined;
  do {
    const page = await store.list(REQUESTS_PREFIX, { limit: PAGE, cursor });
    for (const { key, lastModified } of page.items) {
      if (now - lastModified.getTime() < REMEMBERED_MILLISECONDS) continue;
      await forget(store, key, lastModified);
      forgotten += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return forgotten;
}

/** Versions are removed one by one: what is written under the key meanwhile is not among them. */
async function forget(store: ObjectStore, key: string, lastModified: Date): Promise<void> {
  const { items } = await store.listVersions(key, { limit: PAGE });
  const latest = await store.head(key);
  if (latest === undefined || latest.lastModified.getTime() !== lastModified.getTime()) return;
  // The oldest first: a crash in between leaves the latest, to be found again.
  for (const version of items.toReversed()) {
    if (version.key === key && version.versionId !== null) await store.deleteVersion(key, version.versionId);
  }
}
