import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError } from '../errors.ts';
import { noteMove } from '../identity/moved-from.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseAnswers } from './erase-answers.ts';
import { eraseMoves } from './erase-moves.ts';

type Listed = { readonly key: string; readonly lastModified: Date };

/** A store of two pages, of which one object has gone since it was listed. */
function pagedStore(
  contents: Readonly<Record<string, string>>,
  gone: string,
  at: Readonly<Record<string, string>> = {},
) {
  const keys = Object.keys(contents);
  const erased: string[] = [];
  const items = (from: number): Listed[] =>
    keys.slice(from, from + 2).map((key) => ({ key, lastModified: new Date(at[key] ?? 0) }));
  const store = {
    list: async (_: string, { cursor = '0' }: { cursor?: string }) => ({
      items: items(Number(cursor)),
      cursor: Number(cursor) + 2 < keys.length ? String(Number(cursor) + 2) : undefined,
    }),
    get: async (key: string) => {
      if (key === gone) throw new ObjectNotFoundError(key);
      return { content: Buffer.from(contents[key] ?? '') };
    },
    listVersions: async (key: string) => ({ items: [{ key, versionId: 'v' }], cursor: undefined }),
    deleteVersion: async (key: string) => {
      erased.push(key);
    },
  };
  return { store: store as never, erased };
}

describe('remembered answers', () => {
  it('that name the patient go in all versions, others stay', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const put = (key: string, text: string) => objects.put(key, Buffer.from(text));
    await put('requests/north/a', '{"patient":"P1"}');
    await put('requests/north/a', '{"patient":"P1","again":true}');
    await put('requests/north/b', '{"patient":"P10"}');
    await put('requests/south/c', '{"patient":"P1"}');
    await put('requests/north/d', 'images/north/P1/1/left.jpg');
    expect(await eraseAnswers(objects, 'north', 'P1')).toBe(2);
    const { items } = await objects.listVersions('requests/', { limit: 9 });
    expect(items.map(({ key }) => key).toSorted()).toEqual(['requests/north/b', 'requests/south/c']);
  });

  it('go on every page, and one that went meanwhile is none', async () => {
    const named = 'of P1';
    const { store, erased } = pagedStore({ a: named, b: 'of P2', c: named, d: named, e: named }, 'c');
    expect(await eraseAnswers(store, 'north', 'P1')).toBe(3);
    expect(erased.toSorted()).toEqual(['a', 'd', 'e']);
  });

  it('that came after a given instant stay', async () => {
    const at = {
      a: '2026-05-01T10:00:00.000Z',
      b: '2026-05-01T10:00:00.001Z',
      c: '2026-04-01T00:00:00.000Z',
    };
    const { store, erased } = pagedStore({ a: 'P1', b: 'P1', c: 'P1' }, '', at);
    expect(await eraseAnswers(store, 'north', 'P1', new Date('2026-05-01T10:00:00.000Z'))).toBe(2);
    expect(erased.toSorted()).toEqual(['a', 'c']);
  });

  it('another fault is told', async () => {
    const { store } = pagedStore({ a: 'P1' }, '');
    const broken = { ...(store as object), get: () => Promise.reject(new Error('disk')) } as never;
    await expect(eraseAnswers(broken, 'north', 'P1')).rejects.toThrow('disk');
    await expect(eraseMoves(broken, 'north', 'P1')).rejects.toThrow('disk');
  });
});

describe('moves on their way', () => {
  it('from the patient are forgotten, others stay', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const from = (program: string, patient: string) =>
      noteMove(objects, program, { key: `images/${program}/${patient}/1/left.jpg`, versionId: 'v' });
    await from('north', 'P1');
    const kept = [await from('north', 'P10'), await from('south', 'P1')];
    await eraseMoves(objects, 'north', 'P1');
    const { items } = await objects.listVersions('moves/', { limit: 9 });
    const names = items.map(({ key }) => key.split('/').at(-1));
    expect(names.toSorted()).toEqual(kept.map((move) => `${move.slice('move:'.length)}.json`).toSorted());
  });

  it('on every page, and one that intake has taken in meanwhile is none', async () => {
    const { store, erased } = pagedStore({ a: 'P1', b: 'P2', c: 'P1', d: 'P1' }, 'a');
    await eraseMoves(store, 'north', 'P1');
    expect(erased).toEqual(['c', 'd']);
  });
});
