import { describe, expect, it } from 'vitest';
import { ACTIVE_MODEL_KEY } from '../activation/active-model.ts';
import { DamagedShardError, ObjectNotFoundError } from '../errors.ts';
import { requestedImages } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestIdOf } from '../exams/request-id.ts';
import { MODEL, receivedImage } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseFormerRows, modelsOfAllTime, possibleRequests } from './erase-former-rows.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const OTHER = { ...MODEL, model: 'm2' };

function exam(...images: Parameters<typeof receivedImage>[]): ExamRecord {
  let record: ExamRecord | undefined;
  for (const image of images) record = receiveImage(record, receivedImage(...image), NOW, 900);
  if (record === undefined) throw new Error('Expected an image.');
  return record;
}
/** As the releases asked whose shards listed no rows. */
const requestOf = (record: ExamRecord, model = MODEL) =>
  requestIdOf(record, { images: requestedImages(record), contract: null, model });

describe('requests that may have been made for an exam', () => {
  it('are of each pair of its images that ever counted, by each model', () => {
    const both = exam(['left', 1], ['right', 1], ['left', 2]);
    const ids = possibleRequests(both, [], [MODEL, OTHER]);
    // Of two left eyes and a right one: five pairs and single eyes, by two models.
    expect(ids.size).toBe(10);
    for (const model of [MODEL, OTHER]) {
      for (const then of [
        exam(['left', 1]),
        exam(['right', 1]),
        exam(['left', 2]),
        exam(['left', 1], ['right', 1]),
        exam(['left', 2], ['right', 1]),
      ]) {
        expect(ids).toContain(requestOf(then, model));
      }
    }
  });

  it('are also those that the record and its results name, and by the models of the results', () => {
    const record = exam(['left', 1]);
    const asked = { ...record, request: { requestId: 'asked' } } as unknown as ExamRecord;
    const result = { requestId: 'answered', ...OTHER } as never;
    expect([...possibleRequests(asked, [result], [])].toSorted()).toEqual(
      ['answered', 'asked', requestOf(record, OTHER)].toSorted(),
    );
    expect(possibleRequests(record, [], [])).toEqual(new Set());
  });

  it('leave out an image of which no eye is known', () => {
    const record = exam(['left', 1]);
    const images = record.images.map((image) => ({ ...image, laterality: null }));
    expect(possibleRequests({ ...record, images }, [], [MODEL]).size).toBe(0);
  });
});

it('every model that was ever active is known, whatever else lies beside it', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const put = (key: string, content: unknown) => objects.put(key, Buffer.from(JSON.stringify(content)));
  await put(ACTIVE_MODEL_KEY, MODEL);
  await put(ACTIVE_MODEL_KEY, { schema: 'another' });
  await objects.delete(ACTIVE_MODEL_KEY);
  await put(ACTIVE_MODEL_KEY, OTHER);
  await put(`${ACTIVE_MODEL_KEY}.bak`, { ...MODEL, model: 'm3' });
  const models = await modelsOfAllTime(objects);
  expect(models.map(({ model }) => model).toSorted()).toEqual(['m1', 'm2']);
});

describe('shards of former releases', () => {
  const named = (shard: string, day: string | null, isListed = false) => ({
    ...{ shard, day, isListed },
    storedAt: new Date(0),
  });

  it('are read page by page from the first day on, but for those that are listed, gone or damaged', async () => {
    const pages = [
      [named('before', '2026-04-30'), named('first', '2026-05-01'), named('listed', '2026-05-02', true)],
      [named('gone', '2026-05-02'), named('damaged', '2026-05-02'), named('undated', null)],
    ];
    const requests: Record<string, string[]> = {
      before: ['mine'],
      first: ['other', 'mine', 'mine'],
      undated: ['mine'],
    };
    const erased: string[] = [];
    const features = {
      shards: async ({ cursor = '0' }: { readonly cursor?: string }) => ({
        items: pages[Number(cursor)],
        cursor: cursor === '0' ? '1' : undefined,
      }),
      requestsOf: async (shard: string) => {
        if (shard === 'gone') throw new ObjectNotFoundError(shard);
        if (shard === 'damaged') throw new DamagedShardError(shard, 'it is empty');
        return requests[shard] ?? ['mine'];
      },
      erase: async ({ shard, row }: { readonly shard: string; readonly row: number }) => {
        erased.push(`${shard}#${row}`);
        return shard === 'undated' ? 'erased-before' : 'erased';
      },
    };
    const mine = new Set(['mine']);
    expect(await eraseFormerRows(features as never, '2026-05-01', mine)).toBe(2);
    expect(erased.toSorted()).toEqual(['first#1', 'first#2', 'undated#0']);
    const broken = { ...features, requestsOf: () => Promise.reject(new Error('no connection')) };
    await expect(eraseFormerRows(broken as never, '2026-05-01', mine)).rejects.toThrow('no connection');
  });
});

it('without a request there is no row to look for', async () => {
  await expect(eraseFormerRows({} as never, '2026-05-01', new Set())).resolves.toBe(0);
});
