import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, ObjectExistsError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { PseudonymHash } from './pseudonym-hash.ts';

const KEY = 'pseudonyms/key.json';

it('is the HMAC of the hash without a key, by a key of 32 bytes that is made once', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const hashes = await Promise.all(
    Array.from({ length: 5 }, () => new PseudonymHash(objects).ofPatient('north', 'P1')),
  );
  expect(new Set(hashes).size).toBe(1);
  expect((await objects.listVersions(KEY, { limit: 9 })).items).toHaveLength(1);
  const stored = JSON.parse(Buffer.from((await objects.get(KEY)).content).toString());
  const key = Buffer.from(stored.key, 'base64');
  expect(key).toHaveLength(32);
  const plain = createHash('sha256').update('north/P1').digest('hex');
  expect(hashes[0]).toBe(createHmac('sha256', key).update(plain).digest('hex').slice(0, 32));
  expect(await new PseudonymHash(objects).ofPlainHash(plain)).toBe(hashes[0]);
});

it('is another for another patient, program or home, and joins patient and exam', async () => {
  await using temporary = await temporaryHome();
  await using another = await temporaryHome();
  const pseudonyms = new PseudonymHash(temporary.home.objects);
  const all = await Promise.all([
    pseudonyms.ofPatient('north', 'P1'),
    pseudonyms.ofPatient('north', 'P10'),
    pseudonyms.ofPatient('south', 'P1'),
    new PseudonymHash(another.home.objects).ofPatient('north', 'P1'),
  ]);
  expect(new Set(all).size).toBe(4);
  expect(await pseudonyms.ofSubject('north', 'P1')).toBe(all[0]);
  expect(await pseudonyms.ofSubject('north', 'P1/2026-05-01')).toMatch(
    new RegExp(`^${all[0]}/[0-9a-f]{32}$`),
  );
});

it('says so where the key is damaged', async () => {
  await using temporary = await temporaryHome();
  await temporary.home.objects.put(KEY, Buffer.from('{"schema":"pseudonym-key/1"}'));
  const hashing = new PseudonymHash(temporary.home.objects).ofPatient('north', 'P1');
  await expect(hashing).rejects.toThrow(ConfigurationError);
});

describe('the key', () => {
  const stored = Buffer.from(
    JSON.stringify({ schema: 'pseudonym-key/1', key: Buffer.alloc(32, 7).toString('base64') }),
  );
  /** A store that has the key only once another process has made it. */
  const storeOf = (put: () => Promise<never>, get: () => Promise<unknown>) => {
    const asked: unknown[] = [];
    const store = {
      head: async () => undefined,
      put: async (key: string, _: unknown, options: unknown) => {
        asked.push([key, options]);
        return put();
      },
      get,
    };
    return { store: store as never, asked };
  };

  it('that another process made in the same moment counts', async () => {
    const { store, asked } = storeOf(
      () => Promise.reject(new ObjectExistsError(KEY)),
      async () => ({ content: stored }),
    );
    const plain = createHash('sha256').update('north/P1').digest('hex');
    const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(plain).digest('hex').slice(0, 32);
    expect(await new PseudonymHash(store).ofPatient('north', 'P1')).toBe(expected);
    expect(asked).toEqual([[KEY, { contentType: 'application/json', ifAbsent: true }]]);
  });

  it('that cannot be stored is told', async () => {
    const { store } = storeOf(
      () => Promise.reject(new Error('disk full')),
      async () => ({ content: stored }),
    );
    await expect(new PseudonymHash(store).ofPatient('north', 'P1')).rejects.toThrow('disk full');
  });

  it('is read again after a fault, and then once', async () => {
    let reads = 0;
    const { store } = storeOf(
      () => Promise.reject(new ObjectExistsError(KEY)),
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('network');
        return { content: stored };
      },
    );
    const pseudonyms = new PseudonymHash(store);
    await expect(pseudonyms.ofPatient('north', 'P1')).rejects.toThrow('network');
    expect(await pseudonyms.ofPatient('north', 'P1')).toBe(await pseudonyms.ofPatient('north', 'P1'));
    expect(reads).toBe(2);
  });

  it('of another form is damaged, and named', async () => {
    for (const content of [
      '{"schema":"other","key":"AAAA"}',
      '{"schema":"pseudonym-key/1","key":"?"}',
      'no JSON',
    ]) {
      const { store } = storeOf(
        () => Promise.reject(new ObjectExistsError(KEY)),
        async () => ({ content: Buffer.from(content) }),
      );
      const hashing = new PseudonymHash(store).ofPatient('north', 'P1');
      await expect(hashing).rejects.toThrow('"pseudonyms/key.json" is damaged');
    }
  });
});
