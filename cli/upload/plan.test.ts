import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WrongUseError } from '../errors.ts';
import { examsOf, refuseConflicts } from './check-plan.ts';
import { readManifest } from './read-manifest.ts';
import { scanFolder } from './scan-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '眼底 upload '));
});
afterEach(() => rm(folder, { recursive: true }));

async function files(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), 'x');
  }
}

async function manifest(text: string): Promise<string> {
  const path = join(folder, 'manifest.csv');
  await writeFile(path, text);
  return path;
}

describe('the plan of a folder', () => {
  it('pairs eyes, passes other files over and refuses what it cannot name', async () => {
    await files(
      'a_left.jpg',
      'a_right.JPG',
      'sub dir/b_OD.png',
      'labels.csv',
      '.hidden_left.jpg',
      'scan.png',
      'c_left.bmp',
    );
    const plan = await scanFolder(folder, 'north');
    expect(examsOf(plan).map((images) => images.map((i) => `${i.exam.patient} ${i.laterality}`))).toEqual([
      ['a left', 'a right'],
      ['b right'],
    ]);
    expect(plan.refused.map(({ item }) => item)).toEqual([
      join(folder, 'c_left.bmp'),
      join(folder, 'scan.png'),
    ]);
    expect(plan.ignored).toBe(1);
  });

  it('names every visit as told', async () => {
    await files('a_left.jpg', 'a/2024-01-01/right.jpg');
    const plan = await scanFolder(folder, 'north', 'baseline');
    expect(plan.images.map((image) => image.exam.exam)).toEqual(['baseline', 'baseline']);
  });

  it('is refused as a whole when a patient would get two left eyes', async () => {
    await files('a_left.jpg', 'a_OS.png', 'b_left.jpg');
    const plan = await scanFolder(folder, 'north');
    expect(() => refuseConflicts(plan)).toThrow(WrongUseError);
    expect(() => refuseConflicts(plan)).toThrow(/patient a, exam 1: 2 left eyes\n.*a_OS\.png\n.*a_left\.jpg/);
  });
});

describe('the plan of a manifest', () => {
  it('reads columns in any order, quoted paths and every spelling of an eye', async () => {
    const path = await manifest(
      '\ufeffpath,patient,laterality,exam,program\n"眼 1,a.jpg",P1,OD,1,north\nb.jpg,P1,sinister,1,north\n',
    );
    const plan = await readManifest(path);
    expect(plan.refused).toEqual([]);
    expect(plan.images).toEqual([
      {
        path: join(folder, '眼 1,a.jpg'),
        laterality: 'right',
        exam: { program: 'north', patient: 'P1', exam: '1' },
      },
      {
        path: join(folder, 'b.jpg'),
        laterality: 'left',
        exam: { program: 'north', patient: 'P1', exam: '1' },
      },
    ]);
  });

  it.each([
    ['patient,exam,laterality\n', '"path"'],
    ['program,patient,path\n', '"exam" and "laterality"'],
    ['', '"patient"'],
  ])('is refused if a column is missing: %j', async (text, missing) => {
    const path = await manifest(text);
    await expect(readManifest(path, 'north')).rejects.toThrow(missing);
    await expect(readManifest(path, 'north')).rejects.toThrow(WrongUseError);
  });

  it('refuses single rows by their line and keeps the rest', async () => {
    const path = await manifest(
      'program,patient,exam,laterality,path\nnorth,P1,1,middle,a.jpg\nnorth,P/2,1,left,b.jpg\nsouth,P3,1,left,c.jpg\nnorth,P4,1,left,\nnorth,P5,1,left,e.jpg\n',
    );
    const plan = await readManifest(path, 'north');
    expect(plan.refused.map(({ item, reason }) => [item.replace(/.*:/, ''), reason])).toEqual([
      ['2', expect.stringContaining('"middle"')],
      ['3', expect.stringContaining('patient id')],
      ['4', expect.stringContaining('"south"')],
      ['5', expect.stringContaining('path is empty')],
    ]);
    expect(plan.images.map((image) => image.exam.patient)).toEqual(['P5']);
  });
});
