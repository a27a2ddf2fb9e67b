import { expect, it } from 'vitest';
import { InvalidInputError, ObjectNotFoundError } from '../../../core/errors.ts';
import { bytes, noise, sha256 } from './content-of-objects.ts';
import type { ObjectStoreTests } from './object-store-tests.ts';

/** What comes back is what was put. */
export function describeContent(tests: ObjectStoreTests): void {
  const { folder, testCapability } = tests;

  it('gives back what was put, and what is known of it', async () => {
    const key = `${folder()}left.jpg`;
    const content = bytes('a photograph');
    const put = await tests.objects.put(key, content, { contentType: 'image/jpeg' });
    expect(put).toMatchObject({
      key,
      bytes: content.length,
      sha256: sha256(content),
      contentType: 'image/jpeg',
      metadata: {},
    });
    const known = await tests.objects.head(key);
    expect(known?.lastModified).toBeInstanceOf(Date);
    expect(known).toMatchObject(put);
    const got = await tests.objects.get(key);
    expect(got.object).toEqual(known);
    expect(Buffer.compare(got.content, content)).toBe(0);
  });

  it('stores empty content', async () => {
    const key = `${folder()}empty`;
    await tests.objects.put(key, new Uint8Array());
    expect((await tests.objects.get(key)).content).toHaveLength(0);
    expect(await tests.objects.head(key)).toMatchObject({ bytes: 0, sha256: sha256(new Uint8Array()) });
  });

  testCapability('large-objects', 'stores 20 MB byte for byte', async () => {
    const key = `${folder()}large`;
    const content = noise(20_000_000, 1);
    await tests.objects.put(key, content, { sha256: sha256(content) });
    expect(sha256((await tests.objects.get(key)).content)).toBe(sha256(content));
  });

  testCapability('versions', 'knows of each version whether its content can still be read', async () => {
    const key = `${folder()}sound`;
    const older = await tests.objects.put(key, bytes('left'));
    const newer = await tests.objects.put(key, bytes('left, taken again'));
    expect(await tests.objects.isSound(older)).toBe(true);
    expect(await tests.objects.isSound(newer)).toBe(true);
    await tests.objects.deleteVersion(key, older.versionId ?? '');
    expect(await tests.objects.isSound(older)).toBe(false);
    expect(await tests.objects.isSound(newer)).toBe(true);
  });

  it('knows no object that was never put', async () => {
    const key = `${folder()}missing`;
    expect(await tests.objects.head(key)).toBeUndefined();
    await expect(tests.objects.get(key)).rejects.toThrow(ObjectNotFoundError);
  });

  testCapability('ranges', 'reads a part', async () => {
    const key = `${folder()}range`;
    await tests.objects.put(key, bytes('0123456789'));
    const cases = [
      [0, 0, '0'],
      [2, 4, '234'],
      [9, 9, '9'],
      [0, 9, '0123456789'],
      [7, 500, '789'],
    ] as const;
    for (const [start, end, expected] of cases) {
      const { content, object } = await tests.objects.get(key, { range: { start, end } });
      expect(Buffer.from(content).toString()).toBe(expected);
      expect(object.bytes).toBe(10);
    }
    for (const range of [
      { start: 10, end: 12 },
      { start: 4, end: 3 },
    ]) {
      await expect(tests.objects.get(key, { range })).rejects.toThrow(InvalidInputError);
    }
  });
}
