import { describe, expect, it } from 'vitest';
import type { ObjectVersion, PageRequest } from '../ports/index.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseFormerVersions, eraseObject, eraseObjects, eraseVersion } from './erase-objects.ts';

const content = (text: string) => Buffer.from(text);

/** A home whose store holds three versions of `a/left`, one hidden, one of `a/left.json`, two of `a/right`. */
async function stored() {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  const puts: string[] = [];
  for (const text of ['one', 'two', 'three'])
    puts.push(String((await objects.put('a/left', content(text))).versionId));
  await objects.delete('a/left');
  await objects.put('a/left.json', content('x'));
  for (const text of ['r1', 'r2']) await objects.put('a/right', content(text));
  const kinds = async (prefix = '') =>
    (await objects.listVersions(prefix, { limit: 99 })).items.map(({ key, isDeleteMarker }) =>
      isDeleteMarker ? `${key} hidden` : key,
    );
  return { objects, puts, kinds, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe('an object that is erased', () => {
  it('is left in no version, and what begins with its key stays', async () => {
    await using run = await stored();
    expect(await eraseObject(run.objects, 'a/left')).toBe(4);
    expect(await run.kinds()).toEqual(['a/left.json', 'a/right', 'a/right']);
    expect(await eraseObject(run.objects, 'a/left')).toBe(0);
  });

  it('but for its latest version keeps that one alone, a hiding one too', async () => {
    await using run = await stored();
    await eraseFormerVersions(run.objects, 'a/right');
    expect(await run.kinds()).toEqual([
      'a/left hidden',
      'a/left',
      'a/left',
      'a/left',
      'a/left.json',
      'a/right',
    ]);
    expect(Buffer.from((await run.objects.get('a/right')).content).toString()).toBe('r2');
    await eraseFormerVersions(run.objects, 'a/left');
    expect(await run.kinds('a/left')).toEqual(['a/left hidden', 'a/left.json']);
  });

  it('with all that begin so goes with every version of them, and nothing else', async () => {
    await using run = await stored();
    expect(await eraseObjects(run.objects, 'a/left')).toBe(5);
    expect(await run.kinds()).toEqual(['a/right', 'a/right']);
    expect(await eraseObjects(run.objects, 'a/left')).toBe(0);
  });

  it('is one version of many where one is named', async () => {
    await using run = await stored();
    const [first = ''] = run.puts;
    await eraseVersion(run.objects, { key: 'a/left', versionId: first });
    expect(await run.kinds('a/left')).toEqual(['a/left hidden', 'a/left', 'a/left', 'a/left.json']);
    expect(await run.objects.head('a/left', first)).toBeUndefined();
  });
});

/** A store without versions, two objects a page. */
function unversioned(keys: readonly string[]) {
  const left = new Set(keys);
  const listed = (prefix: string) => keys.filter((key) => key.startsWith(prefix));
  return {
    left,
    listVersions: async (prefix: string, page: PageRequest) => {
      const from = Number(page.cursor ?? 0);
      const items = listed(prefix).slice(from, from + 2);
      const versions = items
        .filter((key) => left.has(key))
        .map((key) => ({ key, versionId: null }) as ObjectVersion);
      const isLast = from + 2 >= listed(prefix).length;
      return isLast ? { items: versions } : { items: versions, cursor: String(from + 2) };
    },
    delete: async (key: string) => void left.delete(key),
    deleteVersion: () => Promise.reject(new Error('It has no versions.')),
  };
}

describe('in a store without versions', () => {
  it('an object is erased by its key, on whatever page it stands', async () => {
    const store = unversioned(['b/0', 'b/1', 'b']);
    expect(await eraseObject(store, 'b')).toBe(1);
    expect([...store.left]).toEqual(['b/0', 'b/1']);
  });

  it('it has no version but the latest', async () => {
    const store = unversioned(['b', 'b/1']);
    await eraseFormerVersions(store, 'b');
    expect([...store.left]).toEqual(['b', 'b/1']);
  });
});
