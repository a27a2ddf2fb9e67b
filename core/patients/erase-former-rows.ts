import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../activation/active-model.ts';
import { DamagedShardError, ObjectNotFoundError } from '../errors.ts';
import type { ExamImage, RequestedImage } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import { requestIdOf } from '../exams/request-id.ts';
import type { FeatureStore, ObjectStore } from '../ports/index.ts';

const PAGE = 1_000;
const AT_ONCE = 32;

type Model = Pick<ActiveModel, 'model' | 'preprocessing' | 'heads'>;

/** Every model that was ever active: a request that nothing names was for one of them. */
export async function modelsOfAllTime(store: ObjectStore): Promise<readonly Model[]> {
  const models: Model[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listVersions(ACTIVE_MODEL_KEY, { limit: PAGE, cursor });
    for (const { key, versionId, isDeleteMarker } of page.items) {
      if (key !== ACTIVE_MODEL_KEY || isDeleteMarker) continue;
      const { content } = await store.get(key, { versionId: versionId ?? undefined });
      const parsed = activeModelSchema.safeParse(JSON.parse(Buffer.from(content).toString()));
      if (parsed.success) models.push(parsed.data);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return models;
}

function requested(image: ExamImage): RequestedImage[] {
  const { key, versionId, sha256, bytes, order, laterality, field } = image;
  return laterality === null
    ? []
    : [{ key, versionId, sha256, bytes, order, laterality, field, pixelsSha256: null }];
}

/** Ids of every request that may have been made for an exam: by each pair of its images, by each model. */
export function possibleRequests(
  record: ExamRecord,
  results: readonly ExamResult[],
  models: readonly Model[],
): ReadonlySet<string> {
  const ids = new Set(results.map(({ requestId }) => requestId));
  if (record.request !== null) ids.add(record.request.requestId);
  const images = record.images.flatMap(requested);
  const of = (eye: 'left' | 'right') => [null, ...images.filter(({ laterality }) => laterality === eye)];
  for (const left of of('left')) {
    for (const right of of('right')) {
      for (const model of [...models, ...results]) {
        const pair = [left, right].filter((image) => image !== null);
        if (pair.length > 0) ids.add(requestIdOf(record, { images: pair, contract: null, model }));
      }
    }
  }
  return ids;
}

/** @returns none if the shard is gone, or does not say */
async function requestsOf(features: FeatureStore, shard: string): Promise<readonly string[]> {
  try {
    return await features.requestsOf(shard);
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof DamagedShardError) return [];
    throw error;
  }
}

/**
 * Erases rows of shards that former releases stored without listing them under their patients. Their headers say which
 * requests they answer: those made since the patient's first day are read, a few kilobytes each.
 *
 * @param since the first day on which something of the patient was there
 * @param requests that may have been made for the patient's exams
 * @returns how many rows
 */
export async function eraseFormerRows(
  features: FeatureStore,
  since: string,
  requests: ReadonlySet<string>,
): Promise<number> {
  if (requests.size === 0) return 0;
  let erased = 0;
  let cursor: string | undefined;
  const eraseFrom = async (shard: string) => {
    for (const [row, request] of (await requestsOf(features, shard)).entries()) {
      if (requests.has(request) && (await features.erase({ shard, row })) === 'erased') erased += 1;
    }
  };
  do {
    const page = await features.shards({ limit: PAGE, cursor });
    const shards = page.items
      .filter(({ isListed, day }) => !isListed && (day ?? since) >= since)
      .map(({ shard }) => shard);
    for (let start = 0; start < shards.length; start += AT_ONCE) {
      await Promise.all(shards.slice(start, start + AT_ONCE).map(eraseFrom));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return erased;
}
