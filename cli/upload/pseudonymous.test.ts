import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isIdentifier } from '../../core/exams/identifier.ts';
import { makeKey, readKey } from './pseudonym-key.ts';
import { extendTable } from './pseudonym-table.ts';
import { pseudonymous, pseudonymsOf } from './pseudonymous.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const image = (patient: string, exam = '1', program = 'north') => ({
  path: `/photos/${patient}.jpg`,
  laterality: 'left' as const,
  field: null,
  place: '',
  file: { path: '', bytes: 1, modified: 0, contentType: 'image/jpeg', extension: 'jpg', takenOn: null },
  exam: { program, patient, exam },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pseudonyms-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('pseudonyms', () => {
  it('are 128 bits of a keyed hash: the same every time, others with another key or program', () => {
    const exam = image('张伟').exam;
    const { patient } = pseudonymsOf(KEY, exam);
    // Computed by Python: base64.b32encode(hmac.digest(key, '["patient","north","张伟"]', 'sha256')[:16]).
    expect(patient).toBe('kzmdksggtxzoladmbxoahjr4u4');
    expect(isIdentifier(patient)).toBe(true);
    expect(pseudonymsOf(KEY, exam).patient).toBe(patient);
    expect(pseudonymsOf(Buffer.from(`${KEY}x`), exam).patient).not.toBe(patient);
    expect(pseudonymsOf(KEY, { ...exam, program: 'south' }).patient).not.toBe(patient);
  });

  it('replace the names of exams as well, but for dates and the only exam', () => {
    expect(pseudonymsOf(KEY, image('A', '2026-05-01').exam).exam).toBe('2026-05-01');
    expect(pseudonymsOf(KEY, image('A', '1').exam).exam).toBe('1');
    expect(pseudonymsOf(KEY, image('A', 'ACC-4711').exam).exam).toMatch(/^[a-z2-7]{26}$/);
  });

  it('leave no name in what is sent', () => {
    const plan = pseudonymous(
      { images: [image('Zhang Wei', 'ACC-4711')], refused: [], questions: [], patterns: [] },
      KEY,
    );
    expect(JSON.stringify(plan.images.map(({ exam }) => exam))).not.toMatch(/Zhang|4711/);
  });
});

describe('the table of pseudonyms', () => {
  it('stays with the operator, has each exam once, and grows with each upload', async () => {
    const file = join(folder, 'table.csv');
    await extendTable(file, [image('Li, "Na"'), image('Li, "Na"')], KEY);
    await extendTable(file, [image('Zhang Wei'), image('Li, "Na"')], KEY);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('program,patient,exam,patientPseudonym,examPseudonym');
    expect(lines[2]).toBe(`north,Zhang Wei,1,${pseudonymsOf(KEY, image('Zhang Wei').exam).patient},1`);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('refuses another key, and a file that is something else, and leaves both as they are', async () => {
    const file = join(folder, 'table.csv');
    await extendTable(file, [image('A')], KEY);
    const before = await readFile(file, 'utf8');
    await expect(extendTable(file, [image('A')], Buffer.alloc(32, 1))).rejects.toThrow(/another key/);
    expect(await readFile(file, 'utf8')).toBe(before);
    await writeFile(file, 'a,b\n1,2\n');
    await expect(extendTable(file, [image('A')], KEY)).rejects.toThrow(/no table/);
  });
});

describe('the key file', () => {
  it('is made once, for its owner alone', async () => {
    const file = join(folder, 'key');
    const key = await makeKey(file);
    expect(Buffer.from(await readKey(file)).equals(key)).toBe(true);
    expect((await stat(file)).mode & 0o077).toBe(0);
    await expect(makeKey(file)).rejects.toThrow(/already/);
  });

  it('is refused where it is missing or too short', async () => {
    await expect(readKey(join(folder, 'none'))).rejects.toThrow(/--new-key/);
    await writeFile(join(folder, 'short'), 'x');
    await expect(readKey(join(folder, 'short'))).rejects.toThrow(/16 at least/);
  });
});
