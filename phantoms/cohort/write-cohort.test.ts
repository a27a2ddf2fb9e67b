import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CohortFolderError, PhantomArgumentError } from '../errors.ts';
import { writeCohort } from './write-cohort.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'phantom-cohort-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeCohort', () => {
  it('writes each eye, the table and the truth, and tells its progress', async () => {
    const seen: number[] = [];
    const summary = await writeCohort(path.join(folder, 'new'), {
      exams: 6,
      seed: 3,
      size: 128,
      defects: { missingEye: 0.4 },
      prevalence: { amd: 0.9, 'diabetic-retinopathy': 0.9 },
      onProgress: ({ done, total }) => {
        expect(total).toBe(6);
        seen.push(done);
      },
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    const files = await readdir(path.join(folder, 'new'));
    const photographs = files.filter((name) => name.endsWith('.jpg')).sort();
    expect(summary).toMatchObject({ patients: 6, eyes: photographs.length });
    expect(summary.eyes).toBeLessThan(12);
    const [header, ...rows] = (await readFile(path.join(folder, 'new', 'truth.csv'), 'utf8'))
      .trim()
      .split('\n');
    expect(header).toBe('patient,eye,labels,signs,quality');
    expect(rows.map((row) => `${row.split(',').slice(0, 2).join('_')}.jpg`).sort()).toEqual(photographs);
    for (const row of rows) expect(row.split(',')).toHaveLength(5);
    const truth: unknown = JSON.parse(await readFile(path.join(folder, 'new', 'truth.json'), 'utf8'));
    expect(truth).toMatchObject({ note: expect.stringContaining('no real patients'), seed: 3, size: 128 });
    expect((truth as { patients: unknown[] }).patients).toHaveLength(6);
  });

  it('refuses a folder that holds something already, and leaves it as it was', async () => {
    await writeFile(path.join(folder, 'mine.txt'), 'kept');
    await expect(writeCohort(folder, { exams: 1, seed: 1, size: 64 })).rejects.toThrow(CohortFolderError);
    expect(await readdir(folder)).toEqual(['mine.txt']);
  });

  it('refuses a folder that is a file', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(writeCohort(file, { exams: 1, seed: 1 })).rejects.toThrow(CohortFolderError);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d exams before it touches the disk', async (exams) => {
    await expect(writeCohort(path.join(folder, 'x'), { exams, seed: 1 })).rejects.toThrow(
      PhantomArgumentError,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('make.ts', () => {
  const make = (...args: string[]) =>
    promisify(execFile)(process.execPath, [path.join(import.meta.dirname, '..', 'make.ts'), ...args]);

  it('writes a cohort from the command line', async () => {
    const out = path.join(folder, 'a b');
    const { stdout } = await make('--out', out, '--exams', '2', '--seed', 'cli', '--size', '96');
    expect(stdout).toMatch(/^2 patients, [34] eyes/);
    expect(await readdir(out)).toContain('truth.csv');
  });

  it.each([
    ['no folder', [], 2],
    ['an unknown option', ['--nonsense'], 2],
    ['a size out of range', ['--out', 'unused', '--size', '9'], 2],
  ])('ends with code 2 for %s', async (_, args, code) => {
    await expect(make(...args)).rejects.toMatchObject({ code });
  });
});
