import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headSchema } from '../../core/heads/head.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import { BenchmarkError } from './errors.ts';
import { loadBenchmark } from './load-benchmark.ts';
import { BENCHMARK_SETS } from './sets/index.ts';
import { MINIATURES, writeMiniature } from './testing/miniature.ts';

let root: string;
let next = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'benchmarks-'));
});
afterAll(() => rm(root, { recursive: true }));

const SIZES = { train: 40, validation: 39, test: 41 };
const setOf = (name: string): BenchmarkSet => {
  const set = BENCHMARK_SETS.find((one) => one.name === name);
  if (set === undefined) throw new Error(`No set ${name}`);
  return set;
};
async function miniature(name: string, layout: string, sizes = SIZES): Promise<string> {
  next += 1;
  const folder = join(root, String(next));
  await writeMiniature(folder, setOf(name), layout, { sizes });
  return folder;
}

describe('the sets', () => {
  it('are the eight of the paper, with its numbers of classes', () => {
    expect(BENCHMARK_SETS.map(({ name, classes }) => [name, classes.length])).toEqual([
      ['idrid', 5],
      ['aptos2019', 5],
      ['papila', 3],
      ['glaucoma-fundus', 3],
      ['jsiec', 39],
      ['retina', 4],
      ['rfmid', 28],
      ['odir', 8],
    ]);
  });

  it('name every class once, as heads can carry it', () => {
    const name = headSchema.shape.name;
    for (const { classes } of BENCHMARK_SETS) {
      for (const one of classes) expect(name.safeParse(one.name).success, one.name).toBe(true);
      expect(new Set(classes.map((one) => one.name)).size).toBe(classes.length);
      expect(new Set(classes.map((one) => one.published)).size).toBe(classes.length);
    }
  });

  it('number classes as the order of their folders does', () => {
    for (const { task, classes } of BENCHMARK_SETS) {
      if (task === 'labels') continue;
      const folders = classes.map(({ published }) => published);
      expect(folders).toEqual([...folders].sort());
    }
  });
});

describe.each(
  Object.entries(MINIATURES).flatMap(([name, layouts]) => layouts.map((layout) => [name, layout] as const)),
)('%s, laid out as %s', (name, layout) => {
  it('is read: every photograph in its split with its labels, and where its archive unpacks to', async () => {
    const set = setOf(name);
    const folder = await miniature(name, layout);
    const { cases, sizes, remarks } = await loadBenchmark(set, folder);
    expect(sizes).toEqual(SIZES);
    expect(remarks).toHaveLength(set.sizes === null ? 0 : 3);
    expect(new Set(cases.map((one) => one.name)).size).toBe(120);
    for (const { left, right, split, values } of cases) {
      expect(right === null).toBe(set.feature === 'visual');
      const index = Number(/(\d+)(?:_left)?\.(?:png|jpg)$/.exec(basename(left ?? ''))?.[1]);
      const place = name === 'rfmid' ? index - 1 : name === 'odir' ? index % 1000 : index;
      if (set.task === 'labels') {
        expect(values).toEqual(set.classes.map((_, label) => ((place + label) % 3 === 0 ? 1 : 0)));
      } else expect(values).toEqual([place % set.classes.length]);
      if (layout !== 'one folder')
        expect(left).toMatch(split === 'validation' ? /valid/i : new RegExp(split.slice(0, 4), 'i'));
    }
    const outer = `${folder}-outer`;
    await mkdir(outer);
    await rename(folder, join(outer, 'unpacked'));
    expect((await loadBenchmark(set, outer)).folder).toBe(join(outer, 'unpacked'));
  });
});

describe('a layout', () => {
  const change = async (file: string, edit: (text: string) => string) =>
    writeFile(file, edit(await readFile(file, 'utf8')));
  it.each<[string, string, string, (folder: string) => Promise<unknown>, RegExp]>([
    [
      'without a split',
      'retina',
      'class folders',
      (at) => rm(join(at, 'val'), { recursive: true }),
      /lacks the folder "val" or "valid"/,
    ],
    [
      'without a class',
      'papila',
      'class folders',
      (at) => rm(join(at, 'test/cglaucoma'), { recursive: true }),
      /test".*Missing: "cglaucoma"/,
    ],
    [
      'with a class too many',
      'aptos2019',
      'class folders',
      (at) => mkdir(join(at, 'train/messidor')),
      /Unknown: "messidor"/,
    ],
    [
      'of another set',
      'idrid',
      'class folders',
      (at) => rename(join(at, 'train/eproDR'), join(at, 'train/eproliferativedr')),
      /Missing: "eproDR".*Unknown: "eproliferativedr"/,
    ],
    [
      'of nothing',
      'idrid',
      'listed',
      (at) => rm(at, { recursive: true }).then(() => mkdir(at)),
      /not laid out as IDRiD.*holds nothing.*Expected.*ieee-dataport/,
    ],
    ['that is not there', 'idrid', 'listed', (at) => rm(at, { recursive: true }), /no folder/],
    [
      'without photographs in a split',
      'jsiec',
      'listed',
      (at) => rm(join(at, 'test'), { recursive: true }).then(() => mkdir(join(at, 'test'))),
      /no photographs in its split test/,
    ],
    [
      'with a photograph without a label',
      'glaucoma-fundus',
      'listed',
      (at) => writeFile(join(at, 'valid/new.png'), ''),
      /no row for photograph.*new\.png/,
    ],
    [
      'with a class that is none',
      'jsiec',
      'listed',
      (at) => change(join(at, 'labels.csv'), (text) => text.replace('train3.png,3', 'train3.png,39')),
      /class "39" for "train3\.png".*0 to 38/,
    ],
    [
      'without a label file',
      'rfmid',
      'challenge',
      (at) => rm(join(at, 'Test_Set/RFMiD_Testing_Labels.csv')),
      /lacks the file.*RFMiD_Testing_Labels\.csv/,
    ],
    [
      'without a photograph',
      'rfmid',
      'challenge',
      (at) => rm(join(at, 'Evaluation_Set/Validation/7.png')),
      /Validation".*1 of 39 rows.*: 7\./,
    ],
    [
      'without a label column',
      'rfmid',
      'listed',
      (at) => change(join(at, 'RFMiD_Training_Labels.csv'), (text) => text.replace('ERM', 'XYZ')),
      /lacks the column "ERM"/,
    ],
    [
      'with a label that is none',
      'rfmid',
      'listed',
      (at) => change(join(at, 'RFMiD_Training_Labels.csv'), (text) => text.replace(/^(2,1,)\d/m, '$12')),
      /photograph 2: "DR" is "2" instead of 0 or 1/,
    ],
    [
      'that is empty',
      'rfmid',
      'listed',
      (at) => writeFile(join(at, 'RFMiD_Training_Labels.csv'), 'ID,Disease_Risk\n'),
      /no rows/,
    ],
    [
      'without the annotation',
      'odir',
      'by split',
      (at) => rm(join(at, 'labels.csv')),
      /labels\.csv".*xlsx\) saved as CSV/,
    ],
    [
      'without a right eye',
      'odir',
      'by split',
      (at) => rm(join(at, 'test/right/2004_right.jpg')),
      /lacks the right eye of patient 2004/,
    ],
    [
      'with a stranger',
      'odir',
      'by split',
      (at) => writeFile(join(at, 'train/left/77_left.jpg'), ''),
      /no patient 77/,
    ],
    [
      'without a split for patients',
      'odir',
      'one folder',
      (at) => change(join(at, 'labels.csv'), (text) => text.replace(',split', ',fold')),
      /lacks the column "split"/,
    ],
    [
      'with a split that is none',
      'odir',
      'one folder',
      (at) => change(join(at, 'labels.csv'), (text) => text.replace(',train\n', ',fit\n')),
      /split "fit"/,
    ],
    [
      'without a left eye',
      'odir',
      'one folder',
      (at) => rm(join(at, 'ODIR-5K_Training_Dataset/3_left.jpg')),
      /3_left\.jpg" of patient 3 is missing/,
    ],
    [
      'with a patient twice',
      'odir',
      'one folder',
      (at) => change(join(at, 'labels.csv'), (text) => `${text}${text.split('\n')[1]}\n`),
      /patient 0 twice/,
    ],
    [
      'with a patient under two ids, in two splits',
      'odir',
      'one folder',
      (at) =>
        change(join(at, 'labels.csv'), (text) =>
          text
            .split('\n')
            .map((line, index) => (line === '' ? line : `${line},${index === 0 ? 'group' : index % 50}`))
            .join('\n'),
        ),
      /patients in two splits/,
    ],
  ])('%s is refused', async (_, name, layout, damage, message) => {
    const folder = await miniature(name, layout);
    await damage(folder);
    const loaded = loadBenchmark(setOf(name), folder);
    await expect(loaded).rejects.toThrow(message);
    await expect(loaded).rejects.toThrow(BenchmarkError);
  });
});
