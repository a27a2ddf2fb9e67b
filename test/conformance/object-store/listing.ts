import { expect, it } from 'vitest';
import { InvalidInputError, ObjectNotFoundError } from '../../../core/errors.ts';
import { bytes } from './content-of-objects.ts';
import type { ObjectStoreTests } from './object-store-tests.ts';

const ODD_KEYS = [
  'with space.jpg',
  '中心一/患者 007/左眼.jpg',
  'plus+plus.jpg',
  'percent%20percent.jpg',
  'hash#hash?query=1&x=2.jpg',
  'quote\'"double.jpg',
  'under_score%.jpg',
  'emoji 👁.jpg',
  'brackets[1]{2}(3).jpg',
  'at@equals=semicolon;comma,colon:tilde~.jpg',
  'back\\slash.jpg',
  'trailing.',
  '~',
] as const;

/** Keys: any characters, listed in order, hidden when deleted. */
export function describeListing(tests: ObjectStoreTests): void {
  const { folder, textOf, listAll, testCapability } = tests;

  testCapability('odd-keys', 'keeps keys with any characters apart', async () => {
    const prefix = folder();
    for (const key of ODD_KEYS) await tests.objects.put(prefix + key, bytes(key));
    for (const key of ODD_KEYS) expect(await textOf(prefix + key)).toBe(key);
    expect((await listAll(prefix, 100)).toSorted()).toEqual(ODD_KEYS.map((key) => prefix + key).toSorted());
  });

  it('hides a deleted object, and takes a deletion of nothing as done', async () => {
    const prefix = folder();
    await tests.objects.put(`${prefix}a`, bytes('a'));
    await tests.objects.put(`${prefix}b`, bytes('b'));
    await tests.objects.delete(`${prefix}a`);
    await tests.objects.delete(`${prefix}a`);
    await tests.objects.delete(`${prefix}never`);
    expect(await tests.objects.head(`${prefix}a`)).toBeUndefined();
    await expect(tests.objects.get(`${prefix}a`)).rejects.toThrow(ObjectNotFoundError);
    expect(await listAll(prefix, 10)).toEqual([`${prefix}b`]);
    await tests.objects.put(`${prefix}a`, bytes('a again'));
    expect(await textOf(`${prefix}a`)).toBe('a again');
  });

  testCapability('byte-order', 'lists keys in the order of their UTF-8 bytes', async () => {
    const prefix = folder();
    const names = ['Z', 'a', 'a/b', 'ab', 'é', '左', '～', '😀'];
    for (const key of names.toReversed()) await tests.objects.put(prefix + key, bytes(key));
    const expected = names
      .map((key) => prefix + key)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await listAll(prefix, 100)).toEqual(expected);
    expect(await listAll(prefix, 3)).toEqual(expected);
  });

  testCapability('paging', 'lists what begins with the prefix and nothing else, page by page', async () => {
    const prefix = folder();
    const keys = Array.from({ length: 11 }, (_, index) => `${prefix}a_${String(index).padStart(2, '0')}`);
    for (const key of [...keys, `${prefix}aX00`, `${prefix}b`, `${prefix}%`]) {
      await tests.objects.put(key, bytes(key));
    }
    expect(await listAll(`${prefix}a_`, 4)).toEqual(keys);
    expect(await listAll(`${prefix}a_`, 11)).toEqual(keys);
    expect(await listAll(`${prefix}nothing`, 11)).toEqual([]);
    const [item] = (await tests.objects.list(keys[0] ?? '', { limit: 1 })).items;
    expect(item).toMatchObject({ key: keys[0], bytes: Buffer.byteLength(keys[0] ?? '') });
    expect(item?.lastModified).toBeInstanceOf(Date);
  });

  it('refuses a cursor that it has not given', async () => {
    await expect(tests.objects.list(folder(), { limit: 10, cursor: 'not a cursor' })).rejects.toThrow(
      InvalidInputError,
    );
  });
}
