import { expect } from 'vitest';
import { ObjectChangedError, ObjectNotFoundError } from '../../../core/errors.ts';
import type { ObjectVersion } from '../../../core/ports/index.ts';
import { bytes, noise, sha256 } from './content-of-objects.ts';
import type { ObjectStoreTests } from './object-store-tests.ts';

const wholeSeconds = (instant: Date) => Math.floor(instant.getTime() / 1_000);

/** Every version is kept. */
export function describeVersions(tests: ObjectStoreTests): void {
  const { folder, textOf, listAll, testCapability } = tests;

  testCapability('versions', 'keeps every version, and reads the latest', async () => {
    const key = `${folder()}left.jpg`;
    const first = await tests.objects.put(key, bytes('first'));
    const second = await tests.objects.put(key, bytes('second'));
    expect(first.versionId).not.toBe(second.versionId);
    expect(await textOf(key)).toBe('second');
    expect(await textOf(key, first.versionId ?? '')).toBe('first');
    const known = await tests.objects.head(key, first.versionId ?? '');
    expect(known).toMatchObject(first);
    const latest = await tests.objects.head(key);
    expect(latest).toMatchObject(second);
    expect(latest?.lastModified.getTime()).toBeGreaterThanOrEqual(known?.lastModified.getTime() ?? Infinity);
  });

  testCapability('versions', 'tells the order of all writes, or that it keeps none', async () => {
    const prefix = folder();
    const puts = [];
    for (const name of ['b', 'a', 'b', 'c']) puts.push(await tests.objects.put(prefix + name, bytes(name)));
    const sequences = puts.map(({ sequence }) => sequence);
    const [first] = sequences;
    if (first === null) expect(sequences).toEqual([null, null, null, null]);
    else expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => Number(a) - Number(b)));
    for (const { key, versionId, sequence } of puts) {
      expect((await tests.objects.head(key, versionId ?? ''))?.sequence).toBe(sequence);
    }
  });

  testCapability('versions', 'tells the order of all writes, or that it keeps none', async () => {
    const prefix = folder();
    const puts = [];
    for (const name of ['b', 'a', 'b', 'c']) puts.push(await tests.objects.put(prefix + name, bytes(name)));
    const sequences = puts.map(({ sequence }) => sequence);
    const [first] = sequences;
    if (first === null) expect(sequences).toEqual([null, null, null, null]);
    else expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => Number(a) - Number(b)));
    for (const { key, versionId, sequence } of puts) {
      expect((await tests.objects.head(key, versionId ?? ''))?.sequence).toBe(sequence);
    }
  });

  testCapability('versions', 'makes a version of the same content put again', async () => {
    const key = `${folder()}left.jpg`;
    const first = await tests.objects.put(key, bytes('same'));
    const second = await tests.objects.put(key, bytes('same'));
    expect(second.versionId).not.toBe(first.versionId);
    expect(await textOf(key, first.versionId ?? '')).toBe('same');
  });

  testCapability('versions', 'still reads the versions of a deleted object', async () => {
    const key = `${folder()}left.jpg`;
    const put = await tests.objects.put(key, bytes('kept'));
    await tests.objects.delete(key);
    expect(await textOf(key, put.versionId ?? '')).toBe('kept');
  });

  testCapability(
    'versions',
    'removes a version for good, and the one before it is the latest again',
    async () => {
      const key = `${folder()}left.jpg`;
      const first = await tests.objects.put(key, bytes('first'));
      const second = await tests.objects.put(key, bytes('second'));
      await tests.objects.deleteVersion(key, second.versionId ?? '');
      await tests.objects.deleteVersion(key, second.versionId ?? '');
      expect(await textOf(key)).toBe('first');
      expect(await tests.objects.head(key, second.versionId ?? '')).toBeUndefined();
      await expect(tests.objects.get(key, { versionId: second.versionId ?? '' })).rejects.toThrow(
        ObjectNotFoundError,
      );
      await tests.objects.deleteVersion(key, first.versionId ?? '');
      expect(await tests.objects.head(key)).toBeUndefined();
      expect(await listAll(key, 10)).toEqual([]);
    },
  );

  testCapability('versions', 'keeps content that another object has as well', async () => {
    const prefix = folder();
    const put = await tests.objects.put(`${prefix}a`, bytes('shared'));
    await tests.objects.put(`${prefix}b`, bytes('shared'));
    await tests.objects.deleteVersion(`${prefix}a`, put.versionId ?? '');
    expect(await textOf(`${prefix}b`)).toBe('shared');
  });

  testCapability('versions', 'knows no version that never was', async () => {
    const key = `${folder()}left.jpg`;
    const other = await tests.objects.put(`${folder()}other`, bytes('other'));
    await tests.objects.put(key, bytes('x'));
    expect(await tests.objects.head(key, other.versionId ?? '')).toBeUndefined();
  });

  testCapability('versions', 'keeps what many writers put under one key at once', async () => {
    const key = `${folder()}busy`;
    const puts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => tests.objects.put(key, noise(5_000, index + 1))),
    );
    expect(new Set(puts.map((put) => put.versionId)).size).toBe(10);
    for (const put of puts) {
      const { content } = await tests.objects.get(key, { versionId: put.versionId ?? '' });
      expect(sha256(content)).toBe(put.sha256);
    }
    expect(puts.map((put) => put.sha256)).toContain((await tests.objects.head(key))?.sha256);
  });

  testCapability(
    'versions',
    'lists every version and delete marker, page by page, newest first',
    async () => {
      const prefix = folder();
      const put = async (name: string, text: string) =>
        (await tests.objects.put(`${prefix}${name}`, bytes(text))).versionId;
      const a = [await put('a', '1'), await put('a', '2')];
      await tests.objects.delete(`${prefix}a`);
      const b = await put('b', '3');
      await tests.objects.put(`${prefix.slice(0, -1)}~`, bytes('elsewhere'));
      for (const limit of [1, 2, 100]) {
        const versions: ObjectVersion[] = [];
        let cursor: string | undefined;
        do {
          const page = await tests.objects.listVersions(prefix, { limit, cursor });
          versions.push(...page.items);
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(versions.map(({ key, isDeleteMarker }) => [key.slice(prefix.length), isDeleteMarker])).toEqual(
          [
            ['a', true],
            ['a', false],
            ['a', false],
            ['b', false],
          ],
        );
        expect(versions.map(({ versionId }) => versionId).slice(1)).toEqual([...a.toReversed(), b]);
        for (const { key, versionId, isDeleteMarker, lastModified } of versions) {
          const object = isDeleteMarker ? undefined : await tests.objects.head(key, versionId ?? '');
          expect(lastModified.getTime()).toBeGreaterThan(Date.UTC(2020));
          // A header tells whole seconds.
          if (object !== undefined)
            expect(wholeSeconds(lastModified)).toBe(wholeSeconds(object.lastModified));
        }
      }
    },
  );

  testCapability('versions', 'can be rid of every version and delete marker', async () => {
    const prefix = folder();
    await tests.objects.put(`${prefix}a`, bytes('1'));
    await tests.objects.delete(`${prefix}a`);
    await tests.objects.put(`${prefix}a`, bytes('2'));
    for (const { key, versionId } of (await tests.objects.listVersions(prefix, { limit: 10 })).items) {
      await tests.objects.deleteVersion(key, versionId ?? '');
    }
    expect((await tests.objects.listVersions(prefix, { limit: 10 })).items).toEqual([]);
    expect(await tests.objects.head(`${prefix}a`)).toBeUndefined();
  });

  testCapability('versions', 'writes over one version only while it is the latest', async () => {
    const key = `${folder()}settings.json`;
    const first = await tests.objects.put(key, bytes('1'));
    const attempts = await Promise.allSettled(
      ['2', '3', '4'].map((text) => tests.objects.put(key, bytes(text), { ifLatest: first.versionId ?? '' })),
    );
    const [winner, ...others] = attempts.filter(({ status }) => status === 'fulfilled');
    expect(others).toEqual([]);
    const latest = await tests.objects.head(key);
    expect(winner?.status === 'fulfilled' && winner.value.versionId).toBe(latest?.versionId);
    expect(latest).toMatchObject(winner?.status === 'fulfilled' ? winner.value : {});
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(ObjectChangedError);
    }
    await expect(tests.objects.put(`${key}-none`, bytes('1'), { ifLatest: 'v' })).rejects.toThrow(
      ObjectChangedError,
    );
  });
}
