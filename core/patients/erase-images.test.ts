import { describe, expect, it } from 'vitest';
import { CONTENTS_PREFIX, registerContent } from '../identity/content-register.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseImages, findImages, forgetContents, hasNoImages } from './erase-images.ts';

const bytes = (text: string) => Buffer.from(text);

describe("a patient's photographs", () => {
  it('are found in all versions, under every exam, and no other patient’s', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const put = async (key: string, text: string) => (await objects.put(`images/${key}`, bytes(text))).sha256;
    const found = [
      await put('north/P1/a/left.jpg', 'one'),
      await put('north/P1/a/left.jpg', 'two'),
      await put('north/P1/b/right.jpg', 'three'),
      // Of no exam: it lies there all the same.
      await put('north/P1/stray.jpg', 'four'),
    ];
    await put('north/P10/c/left.jpg', 'five');
    await put('south/P1/d/left.jpg', 'six');
    await objects.delete('images/north/P1/b/right.jpg');
    const { exams, contents, since } = await findImages(objects, 'north', 'P1');
    expect(exams.toSorted()).toEqual(['a', 'b']);
    expect(contents.toSorted()).toEqual(found.toSorted());
    expect(since).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await hasNoImages(objects, 'north', 'P1')).toBe(false);
    // Four versions and a delete marker.
    expect(await eraseImages(objects, 'north', 'P1')).toBe(5);
    expect(await hasNoImages(objects, 'north', 'P1')).toBe(true);
    expect(await hasNoImages(objects, 'north', 'P10')).toBe(false);
    expect(await findImages(objects, 'north', 'P1')).toEqual({ exams: [], contents: [], since: null });
  });

  it('are known since the day of the oldest, over several pages', async () => {
    const version = (name: string, day: string) => ({
      ...{ key: `images/north/P1/a/${name}`, versionId: name, isDeleteMarker: false },
      ...{ lastModified: new Date(`${day}T23:59:59.999Z`), sha256: name },
    });
    const all = [
      version('l1.jpg', '2026-05-02'),
      version('l2.jpg', '2026-05-01'),
      version('l3.jpg', '2026-05-03'),
    ];
    const store = {
      listVersions: async (_: string, { cursor = '0' }: { cursor?: string }) => ({
        items: all.slice(Number(cursor), Number(cursor) + 1),
        cursor: Number(cursor) + 1 < all.length ? String(Number(cursor) + 1) : undefined,
      }),
      // The last one was removed in between.
      head: async (key: string, versionId: string) =>
        all.find((one) => one.key === key && one.versionId === versionId && versionId !== 'l3.jpg'),
    };
    expect(await findImages(store as never, 'north', 'P1')).toEqual({
      ...{ exams: ['a'], contents: ['l1.jpg', 'l2.jpg'], since: '2026-05-01' },
    });
  });
});

it('contents are forgotten of the exams named, of both eyes, but for those that a later exam has', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const exam = (name: string, patient = 'P1') => ({ program: 'north', patient, exam: name });
  for (const [sha256, name, laterality] of [
    ...([
      ['s1', 'a', 'left'],
      ['s1', 'a', 'right'],
      ['s2', 'a', 'left'],
    ] as const),
    ...([
      ['s1', 'b', 'right'],
      ['s2', 'b', 'right'],
      ['s3', 'b', 'left'],
    ] as const),
  ]) {
    await registerContent(objects, sha256, { exam: exam(name), laterality });
  }
  await registerContent(objects, 's1', { exam: exam('a', 'P2'), laterality: 'left' });
  const isLater = (name: string, sha256: string) => name === 'b' && sha256 === 's2';
  await forgetContents(objects, [exam('a'), exam('b')], ['s1', 's2'], isLater);
  const { items } = await objects.listVersions(CONTENTS_PREFIX, { limit: 50 });
  expect(items.map(({ key }) => key.slice(CONTENTS_PREFIX.length)).toSorted()).toEqual([
    'north/s1/P2/a/left',
    'north/s2/P1/b/right',
    'north/s3/P1/b/left',
  ]);
});
