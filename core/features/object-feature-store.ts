import { randomUUID } from 'node:crypto';
import { FeaturesError, ObjectNotFoundError } from '../errors.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import { dayOfShard, FEATURES_PREFIX, featureShardKey, isListedShard } from '../keys/feature-shard-key.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type {
  FeatureBatch,
  FeatureRow,
  FeatureStore,
  ListedRow,
  NamedShard,
  RowErasure,
  StoredBatch,
} from '../ports/feature-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Page, PageRequest } from '../ports/page.ts';
import { eraseFeatures, holdsFeatures } from './erase-features.ts';
import { featureRowsOf, forgetFeatureRow, listedFeatureRows, listFeatureRows } from './feature-rows.ts';
import { readShard } from './read-shard.ts';
import { requestsOfShard } from './shard-requests.ts';
import { shardOf } from './write-shard.ts';

/**
 * Features in an object store: each shard is one safetensors object under `features/`, and an empty object under
 * `feature-rows/` lists each row under its patient.
 */
export class ObjectFeatureStore implements FeatureStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async put(batch: FeatureBatch): Promise<readonly FeaturesReference[]> {
    const content = shardOf(batch);
    const shard = featureShardKey(batch.model, new Date(), randomUUID());
    const rows = batch.exams.map(({ exam, requestId }, row) => ({ exam, requestId, place: { shard, row } }));
    await listFeatureRows(this.#objects, rows);
    await this.#objects.put(shard, content, { contentType: 'application/octet-stream' });
    return rows.map(({ place }) => place);
  }

  async read(shard: string): Promise<StoredBatch> {
    try {
      return readShard((await this.#objects.get(shard)).content, shard);
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      throw new FeaturesError(`Feature shard "${shard}" is missing. Screen its exams again.`, {
        cause: error,
      });
    }
  }

  requestsOf(shard: string): Promise<readonly string[]> {
    return requestsOfShard(this.#objects, shard);
  }

  async shards(page: PageRequest): Promise<Page<NamedShard>> {
    const { items, ...rest } = await this.#objects.list(FEATURES_PREFIX, page);
    const named = items.map(({ key, lastModified }) => ({
      shard: key,
      storedAt: lastModified,
      day: dayOfShard(key),
      isListed: isListedShard(key),
    }));
    return { items: named, ...rest };
  }

  rowsOf(program: string, patient: string): AsyncIterable<FeatureRow> {
    return featureRowsOf(this.#objects, program, patient);
  }

  listedRows(page: PageRequest): Promise<Page<ListedRow>> {
    return listedFeatureRows(this.#objects, page);
  }

  holds(place: FeaturesReference): Promise<boolean> {
    return holdsFeatures(this.#objects, place);
  }

  erase(place: FeaturesReference): Promise<RowErasure> {
    return eraseFeatures(this.#objects, place);
  }

  async forget(row: FeatureRow): Promise<void> {
    await forgetFeatureRow(this.#objects, row);
  }

  async remove(shard: string): Promise<void> {
    await eraseObject(this.#objects, shard);
  }
}
