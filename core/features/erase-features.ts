import { DamagedShardError, ObjectChangedError, ObjectNotFoundError } from '../errors.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import { eraseFormerVersions } from '../objects/erase-objects.ts';
import type { ObjectStore, RowErasure } from '../ports/index.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';
import { eraseRow } from './erase-row.ts';

/** Others who erase rows of the same shard are few. */
const ATTEMPTS = 20;

/** @returns the shard without the row, or `null` if the row is erased already. @throws DamagedShardError */
function withoutRow(content: Uint8Array, { shard, row }: FeaturesReference): Uint8Array | null {
  try {
    return eraseRow(content, row);
  } catch (error) {
    if (!(error instanceof MalformedTensorsError)) throw error;
    throw new DamagedShardError(shard, error.message, { cause: error });
  }
}

/** Whether a row holds numbers: `false` if it is erased or its shard is missing. @throws DamagedShardError */
export async function holdsFeatures(
  store: Pick<ObjectStore, 'get'>,
  place: FeaturesReference,
): Promise<boolean> {
  try {
    return withoutRow((await store.get(place.shard)).content, place) !== null;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
}

/**
 * Erases one exam's features: zeros over its row, and no version of the shard left that still has it.
 *
 * @throws DamagedShardError if the shard is damaged or has no such row; ObjectChangedError if other writers of the shard
 * won every time
 */
export async function eraseFeatures(store: ObjectStore, place: FeaturesReference): Promise<RowErasure> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { object, content } = await store.get(place.shard);
      const erased = withoutRow(content, place);
      const { versionId, contentType, metadata } = object;
      const condition = versionId === null ? {} : { ifLatest: versionId };
      if (erased !== null) await store.put(place.shard, erased, { contentType, metadata, ...condition });
      // Also when there is nothing to erase: an earlier attempt may have ended before this.
      await eraseFormerVersions(store, place.shard);
      return erased === null ? 'erased-before' : 'erased';
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return 'absent';
      if (!(error instanceof ObjectChangedError) || attempt === ATTEMPTS) throw error;
    }
  }
}
