import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
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
