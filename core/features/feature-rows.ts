import { examKeySchema } from '../exams/exam-key.ts';
import { listedShard, shardPath } from '../keys/feature-shard-key.ts';
import { type ErasableStore, eraseObject } from '../objects/erase-objects.ts';
import type { FeatureRow, ListedRow } from '../ports/feature-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Page, PageRequest } from '../ports/page.ts';

/** Every entry of the list of rows begins so. */
export const FEATURE_ROWS_PREFIX = 'feature-rows/';
const PAGE = 1_000;

/**
 * Key of a row's entry. The key says everything; the object is empty.
 *
 * @example 'feature-rows/north/P1/2026-05-01/3f9c…/7/ab12…/2026/05/01/01J…' // row 7 of the shard 'features/ab12…/2026/05/01/01J…-listed.safetensors'
 */
function entryKey({ exam: { program, patient, exam }, requestId, place }: FeatureRow): string {
  const path = [program, patient, exam, requestId, place.row, shardPath(place.shard)];
  return `${FEATURE_ROWS_PREFIX}${path.join('/')}`;
}

function rowOf(key: string): FeatureRow | null {
  const [program, patient, exam, requestId, row, ...shard] = key.slice(FEATURE_ROWS_PREFIX.length).split('/');
  const parsed = examKeySchema.safeParse({ program, patient, exam });
  if (!parsed.success || requestId === undefined || !/^\d+$/.test(row ?? '')) return null;
  return { exam: parsed.data, requestId, place: { shard: listedShard(shard.join('/')), row: Number(row) } };
}

/**
 * Lists rows of a shard under their patients. The caller does so before it stores the shard, so that an erasure finds every
 * stored row of its patient, whether a result names it or not.
 */
export async function listFeatureRows(
  store: Pick<ObjectStore, 'put'>,
  rows: readonly FeatureRow[],
): Promise<void> {
  await Promise.all(rows.map((row) => store.put(entryKey(row), new Uint8Array())));
}

/** Every row that is listed under a patient. */
export async function* featureRowsOf(
  store: Pick<ObjectStore, 'list'>,
  program: string,
  patient: string,
): AsyncGenerator<FeatureRow> {
  const prefix = `${FEATURE_ROWS_PREFIX}${program}/${patient}/`;
  let cursor: string | undefined;
  do {
    const page = await store.list(prefix, { limit: PAGE, cursor });
    for (const { key } of page.items) {
      const row = rowOf(key);
      if (row !== null) yield row;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** A page of all rows that are listed, of every patient, and when each was listed. */
export async function listedFeatureRows(
  store: Pick<ObjectStore, 'list'>,
  page: PageRequest,
): Promise<Page<ListedRow>> {
  const { items, ...rest } = await store.list(FEATURE_ROWS_PREFIX, page);
  const rows = items.flatMap(({ key, lastModified }) => {
    const row = rowOf(key);
    return row === null ? [] : [{ ...row, listedAt: lastModified }];
  });
  return { items: rows, ...rest };
}

/** Takes a row from the list for good. Only after it has been erased, or once its shard is gone. */
export async function forgetFeatureRow(store: ErasableStore, row: FeatureRow): Promise<void> {
  await eraseObject(store, entryKey(row));
}
