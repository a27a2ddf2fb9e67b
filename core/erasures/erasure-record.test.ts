import { describe, expect, it } from 'vitest';
import { ObjectChangedError } from '../errors.ts';
import type { ObjectStore } from '../ports/index.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import {
  closeErasure,
  type ErasureRecord,
  erasureKey,
  listErasures,
  NOTHING_ERASED,
  plus,
  readErasure,
  readStoredErasure,
  updateErasure,
} from './erasure-record.ts';

const RECORD: ErasureRecord = {
  schema: 'erasure/1',
  state: 'running',
  receipt: 'r1',
  program: 'north',
  patient: 'P1',
  by: 'operator',
  startedAt: '2026-05-01T10:00:00.000Z',
  seenAt: '2026-05-01T10:00:00.000Z',
  exams: ['2026-05-01'],
  contents: [],
  requests: [],
  since: '2026-05-01',
  erased: NOTHING_ERASED,
  lookAgainAt: null,
};
const KEY = erasureKey('north', '5f0c');

it('what was erased is added up by its kind', () => {
  const first = plus(NOTHING_ERASED, { images: 3, features: 2 });
  const both = plus(first, { images: 4, reviews: 1 });
  expect(both).toEqual({ ...NOTHING_ERASED, images: 7, features: 2, reviews: 1 });
  expect(Object.values(NOTHING_ERASED)).toEqual(Array.from({ length: 12 }, () => 0));
});

describe('the record of an erasure', () => {
  it('lies under its program and a hash, as JSON, while the erasure goes on', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    expect(KEY).toBe('erasures/north/5f0c.json');
    expect(await readErasure(objects, KEY)).toBeUndefined();
    expect(await readStoredErasure(objects, KEY)).toBeUndefined();
    expect(await updateErasure(objects, KEY, () => RECORD)).toEqual(RECORD);
    const change = (known: ErasureRecord | undefined) => ({ ...RECORD, by: `after ${known?.receipt}` });
    await updateErasure(objects, KEY, change);
    expect(await readErasure(objects, KEY)).toEqual({ ...RECORD, by: 'after r1' });
    expect((await objects.head(KEY))?.contentType).toBe('application/json');
  });

  it('is changed again where another was first, and not for ever', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await updateErasure(objects, KEY, () => RECORD);
    const others = (rivals: number) => {
      const seen = { puts: 0 };
      const put: ObjectStore['put'] = async (key, content, options) => {
        seen.puts += 1;
        if (seen.puts <= rivals) {
          await objects.put(key, Buffer.from(JSON.stringify({ ...RECORD, by: 'other' })));
        }
        return objects.put(key, content, options);
      };
      const store = { head: (key: string) => objects.head(key), get: (key: string) => objects.get(key), put };
      return { store: store as unknown as ObjectStore, seen };
    };
    const twice = others(2);
    const named = (known?: ErasureRecord) => ({ ...RECORD, by: `${known?.by} and I` });
    expect(await updateErasure(twice.store, KEY, named)).toMatchObject({ by: 'other and I' });
    expect(twice.seen.puts).toBe(3);
    const always = others(Number.POSITIVE_INFINITY);
    await expect(updateErasure(always.store, KEY, named)).rejects.toThrow(ObjectChangedError);
    expect(always.seen.puts).toBe(20);
  });

  it('is not changed again where the store fails', async () => {
    let puts = 0;
    const store = {
      head: async () => undefined,
      put: async () => {
        puts += 1;
        throw new Error('disk full');
      },
    } as unknown as ObjectStore;
    await expect(updateErasure(store, KEY, () => RECORD)).rejects.toThrow('disk full');
    expect(puts).toBe(1);
  });

  it('goes in all versions when it is over, but for one that was begun since', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const other = erasureKey('north', '5f0c.json.other');
    await updateErasure(objects, KEY, () => RECORD);
    await updateErasure(objects, KEY, () => ({ ...RECORD, state: 'erased' }));
    await updateErasure(objects, other, () => ({ ...RECORD, patient: 'P2' }));
    const stored = await readStoredErasure(objects, KEY);
    if (stored === undefined) throw new Error('Expected a record.');
    expect(stored).toMatchObject({ key: KEY, record: { state: 'erased' } });
    const since = await updateErasure(objects, KEY, () => ({ ...RECORD, receipt: 'r2' }));
    await closeErasure(objects, stored);
    expect(await readErasure(objects, KEY)).toEqual(since);
    expect(
      (await objects.listVersions(KEY, { limit: 9 })).items.filter(({ key }) => key === KEY),
    ).toHaveLength(1);
    expect(await readErasure(objects, other)).toMatchObject({ patient: 'P2' });
  });

  it('goes from the oldest version to the newest: an interruption leaves one to be found', async () => {
    const versions = ['v3', 'v2', 'v1'].map((versionId) => ({ key: KEY, versionId })) as never;
    const removed: string[] = [];
    const store = {
      deleteVersion: async (_: string, versionId: string) => {
        removed.push(versionId);
      },
    } as unknown as ObjectStore;
    await closeErasure(store, { key: KEY, record: RECORD, versions });
    expect(removed).toEqual(['v1', 'v2', 'v3']);
  });

  it('is listed, with all others, over several pages', async () => {
    const pages = [
      { items: [{ key: 'erasures/a' }], cursor: '1' },
      { items: [{ key: 'erasures/b' }, { key: 'erasures/c' }], cursor: undefined },
    ];
    const asked: unknown[] = [];
    const list = async (prefix: string, { cursor }: { cursor?: string }) => {
      asked.push([prefix, cursor]);
      return pages[cursor === undefined ? 0 : Number(cursor)];
    };
    expect(await listErasures({ list } as never)).toEqual(['erasures/a', 'erasures/b', 'erasures/c']);
    expect(asked).toEqual([
      ['erasures/', undefined],
      ['erasures/', '1'],
    ]);
  });
});
