import { ObjectNotFoundError } from '../../core/errors.ts';
import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { ageOf, REMEMBERED_MILLISECONDS, rememberedSchema } from './sent-once.ts';

const PAGE = 500;

/**
 * Removes answers that are remembered no longer, for good. In AWS the bucket's lifecycle does so.
 *
 * @param now milliseconds by the clock that `SentOnce` was given
 * @returns how many
 */
export async function forgetAnswers(store: ObjectStore, now: number): Promise<number> {
  let forgotten = 0;
  let cursor: string | undefined;
  do {
    const page = await store.list(REQUESTS_PREFIX, { limit: PAGE, cursor });
    for (const { key } of page.items) {
      if (await forget(store, key, now)) forgotten += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return forgotten;
}

/** Whether an answer is remembered no longer; what cannot be read is not either. */
function isOver(content: Uint8Array, now: number): boolean {
  try {
    const remembered = rememberedSchema.parse(JSON.parse(Buffer.from(content).toString()));
    return ageOf(remembered, now) >= REMEMBERED_MILLISECONDS;
  } catch {
    return true;
  }
}

/** Versions are removed one by one: what is written under the key meanwhile is not among them. */
async function forget(store: ObjectStore, key: string, now: number): Promise<boolean> {
  const { items } = await store.listVersions(key, { limit: PAGE });
  try {
    if (!isOver((await store.get(key)).content, now)) return false;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
  // The oldest first: a crash in between leaves the latest, to be found again.
  for (const version of items.toReversed()) {
    if (version.key === key && version.versionId !== null) await store.deleteVersion(key, version.versionId);
  }
  return true;
}
