import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../bundle/index.ts';
import { embed } from '../embed/embed.ts';
import { embedCohort } from './embed-cohort.ts';
import { FeaturesFile } from './index.ts';

const BUNDLE = fileURLToPath(new URL('../../bundles/default', import.meta.url));

let folder: string;
let file: FeaturesFile;
let unreadable: readonly string[];
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-cohort-'));
  const plain = (background: string) => ({
    create: { width: 96, height: 96, channels: 3 as const, background },
  });
  const spot = await sharp(plain('#ffffff')).resize(20, 20).png().toBuffer();
  await sharp(plain('#a03010'))
    .composite([{ input: spot, left: 4, top: 30 }])
    .png()
    .toFile(at('a.png'));
  await sharp(plain('#301008'))
    .composite([{ input: spot, left: 70, top: 60 }])
    .png()
    .toFile(at('b.png'));
  await writeFile(at('broken.png'), 'no picture');
  const [a, b] = [at('a.png'), at('b.png')];
  const exams = [
    { patient: 'both', left: a, right: b },
    { patient: 'mirrored', left: b, right: a },
    { patient: 'left alone', left: a, right: null },
    { patient: 'right alone', left: at('broken.png'), right: b },
    { patient: 'neither', left: at('broken.png'), right: null },
  ].map((exam) => ({ ...exam, exam: '1' }));
  const bundle = await openBundle(BUNDLE, { text: false });
  // Two exams at a time: rows of a batch, and batches, must not be taken for one another.
  const found = await embedCohort(bundle, exams, { precision: 'fp32', batch: 2 });
  unreadable = found.unreadable.map(({ path }) => path);
  await found.collection.write(at('features'), {
    model: 'ab'.repeat(32),
    preprocessing: 'x',
    trained: true,
    precision: null,
    equivalents: [],
  });
  file = await FeaturesFile.open(at('features'));
}, 60_000);
afterAll(async () => {
  await file.close();
  await rm(folder, { recursive: true });
});

const rowOf = (patient: string) => file.exams.findIndex((exam) => exam.patient === patient);
const read = async (feature: 'visual' | 'left' | 'right', patient: string, eye: 'left' | 'right') => [
  ...(await file.read(feature, [{ row: rowOf(patient), eye }])),
];

describe('an embedded cohort', () => {
  it('has the exams with a readable photograph, and says which eyes they have', () => {
    const eyes = file.exams.map(({ patient }, row) => [
      patient,
      file.hasEye(row, 'left'),
      file.hasEye(row, 'right'),
    ]);
    expect(eyes).toEqual([
      ['both', true, true],
      ['mirrored', true, true],
      ['left alone', true, false],
      ['right alone', false, true],
    ]);
    expect(unreadable).toEqual([at('broken.png'), at('broken.png')]);
  });

  it('has each eye’s own features, wherever its exam stands', async () => {
    const a = await read('visual', 'left alone', 'left');
    const b = await read('visual', 'right alone', 'right');
    expect(a).not.toEqual(b);
    expect(await read('visual', 'both', 'left')).toEqual(a);
    expect(await read('visual', 'both', 'right')).toEqual(b);
    expect(await read('visual', 'mirrored', 'left')).toEqual(b);
    expect(await read('visual', 'mirrored', 'right')).toEqual(a);
  });

  it('has each eye mapped by its own mapping', async () => {
    expect(await read('left', 'both', 'left')).toEqual(await read('left', 'left alone', 'left'));
    expect(await read('right', 'both', 'right')).toEqual(await read('right', 'right alone', 'right'));
    expect(await read('left', 'both', 'left')).not.toEqual(await read('left', 'mirrored', 'left'));
  });

  it('has what is embedded photograph by photograph, a single eye standing for both', async () => {
    const bundle = await openBundle(BUNDLE, { text: false });
    const [a, b] = [await readFile(at('a.png')), await readFile(at('b.png'))];
    const near = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 4));
    const alone = { texts: [], precision: 'fp32' } as const;
    const both = await embed(bundle, { left: a, right: b, ...alone });
    const right = await embed(bundle, { left: null, right: b, ...alone });
    expect(both.left_visual).toEqual(near(await read('visual', 'both', 'left')));
    expect(both.right_visual).toEqual(near(await read('visual', 'both', 'right')));
    expect(both.left).toEqual(near(await read('left', 'both', 'left')));
    expect(both.right).toEqual(near(await read('right', 'both', 'right')));
    const patient = async (name: string) => [
      ...(await file.read('patient', [{ row: rowOf(name), eye: null }])),
    ];
    expect(both.patient).toEqual(near(await patient('both')));
    expect(right.patient).toEqual(near(await patient('right alone')));
    expect([right.left_visual, right.left]).toEqual([null, null]);
    expect(await patient('both')).not.toEqual(await patient('mirrored'));
  });
});
