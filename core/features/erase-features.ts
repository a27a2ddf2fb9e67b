import { ObjectChangedError, ObjectNotFoundError } from '../errors.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import { eraseOtherVersions } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { eraseRow } from './erase-row.ts';

/** Others who erase rows of the same shard are few. */
const ATTEMPTS = 20;

/**
 * Erases one exam's features: zeros over its row, and no version of the shard left that still has it.
 *
 * @returns `false` if they were erased before or the shard is gone
 * @throws ObjectChangedError if other writers of the shard won every time
 */
export async function eraseFeatures(store: ObjectStore, place: FeaturesReference): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { object, content } = await store.get(place.shard);
      const erased = eraseRow(content, place.row);
      const { versionId, contentType, metadata } = object;
      const condition = versionId === null ? {} : { ifLatest: versionId };
      const latest =
        erased === null
          ? object
          : await store.put(place.shard, erased, { contentType, metadata, ...condition });
      // Also when there is nothing to erase: an earlier attempt may have ended before this.
      await eraseOtherVersions(store, place.shard, latest.versionId);
      return erased !== null;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      if (!(error instanceof ObjectChangedError) || attempt === ATTEMPTS) throw error;
    }
  }
}
