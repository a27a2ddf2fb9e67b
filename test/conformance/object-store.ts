import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChecksumMismatchError, InvalidInputError, ObjectNotFoundError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { type Limitations, testsWith } from './subject.ts';

/** An object store; other tests may have left objects in it. */
export interface ObjectStoreSubject {
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

export type ObjectStoreCapability =
  | 'versions'
  | 'if-absent'
  | 'checksums'
  /** Presigned uploads are taken over HTTP … */
  | 'presigned-uploads'
  /** … and refused where they differ from what was permitted. */
  | 'presigned-refusals'
  /** Lists go on behind any key. */
  | 'paging'
  | 'metadata'
  | 'ranges'
  /** Keys with any characters. */
  | 'odd-keys'
  /** Keys are listed in the order of their UTF-8 bytes. */
  | 'byte-order'
  | 'large-objects';

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

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Content that no compression or repetition of blocks can hide a fault in; the same for the same seed. */
function noise(length: number, seed: number): Uint8Array {
  const content = Buffer.allocUnsafe(length);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content[index] = state >>> 24;
  }
  return content;
}

/** What every object store must do. */
export function describeObjectStore(
  name: string,
  open: () => Promise<ObjectStoreSubject>,
  limitations: Limitations<ObjectStoreCapability> = {},
): void {
  const testCapability = testsWith(name, limitations);

  describe(`ObjectStore: ${name}`, () => {
    let subject: ObjectStoreSubject;
    let objects: ObjectStore;
    let folders = 0;

    beforeAll(async () => {
      subject = await open();
      objects = subject.objects;
    });
    afterAll(() => subject.close());

    /** A prefix that no other test uses. */
    function folder(): string {
      folders += 1;
      return `conformance/${folders}/`;
    }

    async function textOf(key: string, versionId?: string): Promise<string> {
      return Buffer.from((await objects.get(key, { versionId })).content).toString();
    }

    async function listAll(prefix: string, limit: number): Promise<string[]> {
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await objects.list(prefix, { limit, cursor });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        keys.push(...page.items.map((item) => item.key));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return keys;
    }

    it('gives back what was put, and what is known of it', async () => {
      const key = `${folder()}left.jpg`;
      const content = bytes('a photograph');
      const put = await objects.put(key, content, { contentType: 'image/jpeg' });
      expect(put).toMatchObject({
        key,
        bytes: content.length,
        sha256: sha256(content),
        contentType: 'image/jpeg',
        metadata: {},
      });
      expect(put.lastModified).toBeInstanceOf(Date);
      expect(await objects.head(key)).toEqual(put);
      const got = await objects.get(key);
      expect(got.object).toEqual(put);
      expect(Buffer.compare(got.content, content)).toBe(0);
    });

    it('stores empty content', async () => {
      const key = `${folder()}empty`;
      await objects.put(key, new Uint8Array());
      expect((await objects.get(key)).content).toHaveLength(0);
      expect(await objects.head(key)).toMatchObject({ bytes: 0, sha256: sha256(new Uint8Array()) });
    });

    testCapability('large-objects', 'stores 20 MB byte for byte', async () => {
      const key = `${folder()}large`;
      const content = noise(20_000_000, 1);
      await objects.put(key, content, { sha256: sha256(content) });
      expect(sha256((await objects.get(key)).content)).toBe(sha256(content));
    });

    it('knows no object that was never put', async () => {
      const key = `${folder()}missing`;
      expect(await objects.head(key)).toBeUndefined();
      await expect(objects.get(key)).rejects.toThrow(ObjectNotFoundError);
    });

    testCapability('odd-keys', 'keeps keys with any characters apart', async () => {
      const prefix = folder();
      for (const key of ODD_KEYS) await objects.put(prefix + key, bytes(key));
      for (const key of ODD_KEYS) expect(await textOf(prefix + key)).toBe(key);
      expect((await listAll(prefix, 100)).toSorted()).toEqual(ODD_KEYS.map((key) => prefix + key).toSorted());
    });

    testCapability('metadata', 'keeps metadata', async () => {
      const key = `${folder()}left.jpg`;
      const metadata = { laterality: 'left', eyes: 'both', 'sent-by': 'retclip upload/1 (a, b; c="d")' };
      expect((await objects.put(key, bytes('x'), { metadata })).metadata).toEqual(metadata);
      expect((await objects.head(key))?.metadata).toEqual(metadata);
    });

    testCapability('metadata', 'refuses metadata that no header can carry', async () => {
      const key = `${folder()}left.jpg`;
      const refused: Record<string, string>[] = [
        { note: '左眼' },
        { note: 'two\nlines' },
        { Upper: 'x' },
        { 'a b': 'x' },
      ];
      for (const metadata of refused) {
        await expect(objects.put(key, bytes('x'), { metadata })).rejects.toThrow(InvalidInputError);
      }
      expect(await objects.head(key)).toBeUndefined();
    });

    testCapability(
      'checksums',
      'refuses content that is not the promised one, and stores nothing',
      async () => {
        const key = `${folder()}changed`;
        const promised = sha256(bytes('what was meant'));
        await expect(objects.put(key, bytes('what came'), { sha256: promised })).rejects.toThrow(
          ChecksumMismatchError,
        );
        expect(await objects.head(key)).toBeUndefined();
      },
    );

    testCapability('if-absent', 'writes only where nothing is, if asked so', async () => {
      const key = `${folder()}once`;
      await objects.put(key, bytes('first'), { ifAbsent: true });
      await expect(objects.put(key, bytes('second'), { ifAbsent: true })).rejects.toThrow(InvalidInputError);
      expect(await textOf(key)).toBe('first');
      await objects.delete(key);
      await objects.put(key, bytes('third'), { ifAbsent: true });
      expect(await textOf(key)).toBe('third');
    });

    testCapability('if-absent', 'lets one of many writers win', async () => {
      const key = `${folder()}race`;
      const attempts = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => objects.put(key, bytes(`${index}`), { ifAbsent: true })),
      );
      const winners = attempts.flatMap((attempt, index) =>
        attempt.status === 'fulfilled' ? [`${index}`] : [],
      );
      expect(winners).toEqual([await textOf(key)]);
    });

    testCapability('versions', 'keeps every version, and reads the latest', async () => {
      const key = `${folder()}left.jpg`;
      const first = await objects.put(key, bytes('first'));
      const second = await objects.put(key, bytes('second'));
      expect(first.versionId).not.toBe(second.versionId);
      expect(await textOf(key)).toBe('second');
      expect(await textOf(key, first.versionId ?? '')).toBe('first');
      expect(await objects.head(key, first.versionId ?? '')).toEqual(first);
      expect(second.lastModified.getTime()).toBeGreaterThanOrEqual(first.lastModified.getTime());
    });

    testCapability('versions', 'makes a version of the same content put again', async () => {
      const key = `${folder()}left.jpg`;
      const first = await objects.put(key, bytes('same'));
      const second = await objects.put(key, bytes('same'));
      expect(second.versionId).not.toBe(first.versionId);
      expect(await textOf(key, first.versionId ?? '')).toBe('same');
    });

    it('hides a deleted object, and takes a deletion of nothing as done', async () => {
      const prefix = folder();
      await objects.put(`${prefix}a`, bytes('a'));
      await objects.put(`${prefix}b`, bytes('b'));
      await objects.delete(`${prefix}a`);
      await objects.delete(`${prefix}a`);
      await objects.delete(`${prefix}never`);
      expect(await objects.head(`${prefix}a`)).toBeUndefined();
      await expect(objects.get(`${prefix}a`)).rejects.toThrow(ObjectNotFoundError);
      expect(await listAll(prefix, 10)).toEqual([`${prefix}b`]);
      await objects.put(`${prefix}a`, bytes('a again'));
      expect(await textOf(`${prefix}a`)).toBe('a again');
    });

    testCapability('versions', 'still reads the versions of a deleted object', async () => {
      const key = `${folder()}left.jpg`;
      const put = await objects.put(key, bytes('kept'));
      await objects.delete(key);
      expect(await textOf(key, put.versionId ?? '')).toBe('kept');
    });

    testCapability(
      'versions',
      'removes a version for good, and the one before it is the latest again',
      async () => {
        const key = `${folder()}left.jpg`;
        const first = await objects.put(key, bytes('first'));
        const second = await objects.put(key, bytes('second'));
        await objects.deleteVersion(key, second.versionId ?? '');
        await objects.deleteVersion(key, second.versionId ?? '');
        expect(await textOf(key)).toBe('first');
        expect(await objects.head(key, second.versionId ?? '')).toBeUndefined();
        await expect(objects.get(key, { versionId: second.versionId ?? '' })).rejects.toThrow(
          ObjectNotFoundError,
        );
        await objects.deleteVersion(key, first.versionId ?? '');
        expect(await objects.head(key)).toBeUndefined();
        expect(await listAll(key, 10)).toEqual([]);
      },
    );

    testCapability('versions', 'keeps content that another object has as well', async () => {
      const prefix = folder();
      const put = await objects.put(`${prefix}a`, bytes('shared'));
      await objects.put(`${prefix}b`, bytes('shared'));
      await objects.deleteVersion(`${prefix}a`, put.versionId ?? '');
      expect(await textOf(`${prefix}b`)).toBe('shared');
    });

    testCapability('versions', 'knows no version that never was', async () => {
      const key = `${folder()}left.jpg`;
      const other = await objects.put(`${folder()}other`, bytes('other'));
      await objects.put(key, bytes('x'));
      expect(await objects.head(key, other.versionId ?? '')).toBeUndefined();
    });

    testCapability('ranges', 'reads a part', async () => {
      const key = `${folder()}range`;
      await objects.put(key, bytes('0123456789'));
      const cases = [
        [0, 0, '0'],
        [2, 4, '234'],
        [9, 9, '9'],
        [0, 9, '0123456789'],
        [7, 500, '789'],
      ] as const;
      for (const [start, end, expected] of cases) {
        const { content, object } = await objects.get(key, { range: { start, end } });
        expect(Buffer.from(content).toString()).toBe(expected);
        expect(object.bytes).toBe(10);
      }
      for (const range of [
        { start: 10, end: 12 },
        { start: 4, end: 3 },
      ]) {
        await expect(objects.get(key, { range })).rejects.toThrow(InvalidInputError);
      }
    });

    testCapability('byte-order', 'lists keys in the order of their UTF-8 bytes', async () => {
      const prefix = folder();
      const names = ['Z', 'a', 'a/b', 'ab', 'é', '左', '～', '😀'];
      for (const key of names.toReversed()) await objects.put(prefix + key, bytes(key));
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
        await objects.put(key, bytes(key));
      }
      expect(await listAll(`${prefix}a_`, 4)).toEqual(keys);
      expect(await listAll(`${prefix}a_`, 11)).toEqual(keys);
      expect(await listAll(`${prefix}nothing`, 11)).toEqual([]);
      const [item] = (await objects.list(keys[0] ?? '', { limit: 1 })).items;
      expect(item).toMatchObject({ key: keys[0], bytes: Buffer.byteLength(keys[0] ?? '') });
      expect(item?.lastModified).toBeInstanceOf(Date);
    });

    it('refuses a cursor that it has not given', async () => {
      await expect(objects.list(folder(), { limit: 10, cursor: 'not a cursor' })).rejects.toThrow(
        InvalidInputError,
      );
    });

    testCapability('versions', 'keeps what many writers put under one key at once', async () => {
      const key = `${folder()}busy`;
      const puts = await Promise.all(
        Array.from({ length: 10 }, (_, index) => objects.put(key, noise(5_000, index + 1))),
      );
      expect(new Set(puts.map((put) => put.versionId)).size).toBe(10);
      for (const put of puts) {
        const { content } = await objects.get(key, { versionId: put.versionId ?? '' });
        expect(sha256(content)).toBe(put.sha256);
      }
      expect(puts.map((put) => put.sha256)).toContain((await objects.head(key))?.sha256);
    });

    testCapability('presigned-uploads', 'takes an upload that it has permitted', async () => {
      const key = `${folder()}患者 1/left+1.jpg`;
      const content = bytes('uploaded');
      const { url, method, headers } = await objects.presignUpload(key, {
        sha256: sha256(content),
        bytes: content.length,
        contentType: 'image/jpeg',
        metadata: { laterality: 'left' },
        expiresInSeconds: 60,
      });
      const answer = await fetch(url, { method, headers, body: Buffer.from(content) });
      expect(answer.status, await answer.text()).toBe(200);
      expect(await objects.head(key)).toMatchObject({
        sha256: sha256(content),
        contentType: 'image/jpeg',
        metadata: { laterality: 'left' },
      });
    });

    testCapability(
      'presigned-refusals',
      'refuses an upload of other content or with other metadata',
      async () => {
        const key = `${folder()}left.jpg`;
        const content = bytes('uploaded');
        const { url, method, headers } = await objects.presignUpload(key, {
          sha256: sha256(content),
          bytes: content.length,
          contentType: 'image/jpeg',
          metadata: { laterality: 'left' },
          expiresInSeconds: 60,
        });
        const attempts = [
          { headers, body: 'UPLOADED' },
          { headers: { ...headers, 'x-amz-meta-laterality': 'right' }, body: 'uploaded' },
        ];
        for (const attempt of attempts) {
          const answer = await fetch(url, { method, ...attempt });
          await answer.arrayBuffer();
          expect(answer.ok).toBe(false);
        }
        expect(await objects.head(key)).toBeUndefined();
      },
    );
  });
}
