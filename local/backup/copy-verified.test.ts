import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyVerified } from './copy-verified.ts';

const LEFT = 'the photograph of a left eye';
const sha256 = createHash('sha256').update(LEFT).digest('hex');

let base: string;
let temporary: string;
let source: string;
let path: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'copy-'));
  [temporary, source, path] = [join(base, 'temporary'), join(base, 'source'), join(base, 'to', 'ab', 'copy')];
  await mkdir(temporary);
  await writeFile(source, LEFT);
});
afterEach(() => rm(base, { recursive: true }));

const wanted = (bytes: number | undefined = LEFT.length) => ({ path, sha256, bytes });
const copy = (trust: boolean) => copyVerified(source, wanted(), temporary, trust);

it('is there whole under its name, for its owner alone, and nothing else stays', async () => {
  expect(await copy(true)).toBe('copied');
  expect(await readFile(path, 'utf8')).toBe(LEFT);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(temporary)).toEqual([]);
});

it.each([
  ['of the right size is trusted', 'the photograph of a right eye'.slice(0, LEFT.length), true, 'there'],
  ['of the right size is read where it is not trusted', 'x'.repeat(LEFT.length), false, 'copied'],
  ['of another size is never trusted', 'short', true, 'copied'],
  ['that is right is not copied again', LEFT, false, 'there'],
])('a copy %s', async (_, present, trust, outcome) => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, present);
  expect(await copy(trust)).toBe(outcome);
  expect(await readFile(path, 'utf8')).toBe(outcome === 'copied' ? LEFT : present);
});

it('tells a source that is missing from one that is damaged, and leaves no copy of either', async () => {
  await writeFile(source, `${LEFT}!`);
  expect(await copy(true)).toBe('damaged');
  await rm(source);
  expect(await copy(true)).toBe('missing');
  await expect(stat(path)).rejects.toThrow('ENOENT');
  expect(await readdir(temporary)).toEqual([]);
});

it('takes no fault of the folder that it copies to for one of the source', async () => {
  await rm(temporary, { recursive: true });
  await expect(copy(true)).rejects.toThrow(/ENOENT.*temporary/);
  await mkdir(temporary);
  await writeFile(join(base, 'to'), 'a file in the place of a folder');
  await expect(copy(true)).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await readdir(temporary)).toEqual([]);
});
