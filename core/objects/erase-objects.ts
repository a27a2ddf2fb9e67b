import type { ObjectStore, ObjectVersion } from '../ports/index.ts';

const PAGE = 1_000;

export type ErasableStore = Pick<ObjectStore, 'listVersions' | 'deleteVersion' | 'delete'>;

/** Removes one version or delete marker for good. */
export async function eraseVersion(
  store: ErasableStore,
  { key, versionId }: Pick<ObjectVersion, 'key' | 'versionId'>,
): Promise<void> {
  await (versionId === null ? store.delete(key) : store.deleteVersion(key, versionId));
}

/** Removes every version of what begins so, delete markers included, for good. @returns how many */
export async function eraseObjects(store: ErasableStore, prefix: string): Promise<number> {
  let erased = 0;
  for (;;) {
    // What was listed is gone by the next time: every listing begins at the start.
    const { items } = await store.listVersions(prefix, { limit: PAGE });
    if (items.length === 0) return erased;
    for (const version of items) await eraseVersion(store, version);
    erased += items.length;
  }
}

async function eraseVersions(
  store: ErasableStore,
  key: string,
  isErased: (version: ObjectVersion, isLatest: boolean) => boolean,
): Promise<number> {
  let [seen, erased] = [0, 0];
  let cursor: string | undefined;
  do {
    const page = await store.listVersions(key, { limit: PAGE, cursor });
    for (const version of page.items) {
      if (version.key !== key) continue;
      seen += 1;
      if (!isErased(version, seen === 1)) continue;
      await eraseVersion(store, version);
      erased += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return erased;
}

/** Removes every version of one object, delete markers included, for good. @returns how many */
export function eraseObject(store: ErasableStore, key: string): Promise<number> {
  return eraseVersions(store, key, () => true);
}

/**
 * Removes every version of one object but the latest, for good. The latest stays even where another has just written it:
 * of two who change one object at once, neither removes what the other wrote. A store without versions has no other.
 */
export async function eraseFormerVersions(store: ErasableStore, key: string): Promise<void> {
  await eraseVersions(store, key, ({ versionId }, isLatest) => versionId !== null && !isLatest);
}
