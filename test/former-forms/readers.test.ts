import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readerCaller } from '../../local/host/reader-caller.ts';
import { isPassphrase } from '../../local/readers/passphrase.ts';
import { changePassphrase, listReaders } from '../../local/readers/reader-tokens.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('after-0.1.0');
/** Tokens of the two readers: they opened nothing but a folder that is gone. */
const TOKENS = { ben: 'FY8mdUMz81gBaD-z4ray-6NAtleHy3UO', anna: 'ZpjEs_b_fpC1gymGyMXkeuDBxuBAKz-Y' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'former-readers-'));
  await mkdir(join(folder, 'readers'));
  for (const [form, file] of [
    ['reader-1.json', 'ad0af38f7862d86770963ec83589b8d4a1ecc41759a65f566a619ba2d78dab90.json'],
    ['reader-2.json', 'b4c8c1b149b38d03b09726a99e02ca216592e7bc8c005ceca04604c0c1a2b1d0.json'],
  ] as const)
    await copyFile(release.path(form), join(folder, 'readers', file));
});
afterAll(() => rm(folder, { recursive: true }));

it('a reader of before there were passphrases reads for every program, by token', async () => {
  const caller = readerCaller(folder);
  expect(caller(TOKENS.ben)).toEqual({ subject: 'ben', programs: '*', scopes: ['review'] });
  expect(caller(TOKENS.anna)).toEqual({ subject: 'anna', programs: ['north'], scopes: ['read', 'review'] });
});

it('a passphrase of before is taken, and a reader without one gets one and keeps the token', async () => {
  const [anna, ben] = await listReaders(folder);
  expect(await isPassphrase('four horses in the rain', anna?.passphrase ?? null)).toBe(true);
  expect(await isPassphrase('four horses in the sun', anna?.passphrase ?? null)).toBe(false);
  expect(ben?.passphrase).toBeNull();
  const given = await changePassphrase(folder, 'ben');
  expect(given).toMatch(/^[0-9a-z]{4}(?:-[0-9a-z]{4}){3}$/);
  const [, changed] = await listReaders(folder);
  expect(await isPassphrase(given, changed?.passphrase ?? null)).toBe(true);
  expect(readerCaller(folder)(TOKENS.ben)?.subject).toBe('ben');
});
