import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamFeatures } from '../../core/exams/exam-features.ts';
import type { HeadFeature } from '../../core/heads/head.ts';
import { type CohortRow, FeatureCollection, FeaturesFile } from './index.ts';

/** Numbers say where they stand: tensor (1 left visual, 2 right visual, 3 left, 4 right, 5 patient), exam, channel. */
function eye(tensor: 1 | 2, exam: number): NonNullable<ExamFeatures['left']> {
  const number = (which: number, channel: number) => 100 * which + 10 * exam + channel;
  return {
    visual: Float32Array.of(number(tensor, 1), number(tensor, 2)),
    mapped: Float32Array.of(number(tensor + 2, 1), number(tensor + 2, 2)),
  };
}
const patient = (exam: number) => Float32Array.of(500 + 10 * exam + 1, 500 + 10 * exam + 2);

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cohort-eyes-'));
  path = join(folder, 'features.safetensors');
  const collection = new FeatureCollection(2);
  collection.add({ patient: 'P1', exam: '1' }, { left: eye(1, 1), right: eye(2, 1), patient: patient(1) });
  collection.add({ patient: 'P2', exam: '1' }, { left: eye(1, 2), right: null, patient: patient(2) });
  collection.add({ patient: 'P3', exam: '1' }, { left: null, right: eye(2, 3), patient: patient(3) });
  await collection.write(path, {
    model: 'ab'.repeat(32),
    preprocessing: 'squash',
    trained: true,
    precision: null,
    equivalents: [],
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Reads a tensor by safetensors' own description: 8 bytes of length, the header in JSON, the numbers. */
async function stored(name: string): Promise<number[]> {
  const file = await readFile(path);
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const { dtype, data_offsets: offsets } = JSON.parse(file.subarray(8, begin).toString())[name];
  const bytes = file.subarray(begin + offsets[0], begin + offsets[1]);
  if (dtype === 'U8') return [...bytes];
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

describe("a features file's eyes", () => {
  it.each([
    ['left_visual', [111, 112, 121, 122, 231, 232]],
    ['right_visual', [211, 212, 121, 122, 231, 232]],
    ['left', [311, 312, 321, 322, 431, 432]],
    ['right', [411, 412, 321, 322, 431, 432]],
    ['patient', [511, 512, 521, 522, 531, 532]],
    ['present', [1, 1, 1, 0, 0, 1]],
  ])('are stored in %s, where an absent eye has the numbers of the other', async (name, numbers) => {
    expect(await stored(name)).toEqual(numbers);
  });

  it('are there or not', async () => {
    const file = await FeaturesFile.open(path);
    const eyes = [0, 1, 2].map((row) => [file.hasEye(row, 'left'), file.hasEye(row, 'right')]);
    await file.close();
    expect(eyes).toEqual([
      [true, true],
      [true, false],
      [false, true],
    ]);
  });

  it.each<[HeadFeature, CohortRow[], number[]]>([
    [
      'visual',
      [
        { row: 0, eye: 'right' },
        { row: 0, eye: 'left' },
      ],
      [211, 212, 111, 112],
    ],
    [
      'visual',
      [
        { row: 2, eye: 'right' },
        { row: 1, eye: 'left' },
      ],
      [231, 232, 121, 122],
    ],
    [
      'left',
      [
        { row: 1, eye: 'left' },
        { row: 0, eye: 'left' },
      ],
      [321, 322, 311, 312],
    ],
    [
      'right',
      [
        { row: 2, eye: 'right' },
        { row: 0, eye: 'right' },
      ],
      [431, 432, 411, 412],
    ],
    ['pair', [{ row: 0, eye: null }], [111, 112, 211, 212]],
    [
      'pair',
      [
        { row: 1, eye: null },
        { row: 2, eye: null },
      ],
      [121, 122, 121, 122, 231, 232, 231, 232],
    ],
    [
      'patient',
      [
        { row: 2, eye: null },
        { row: 0, eye: null },
      ],
      [531, 532, 511, 512],
    ],
  ])('are read as %s in the order asked for', async (feature, rows, numbers) => {
    const file = await FeaturesFile.open(path);
    const matrix = await file.read(feature, rows);
    await file.close();
    expect([...matrix]).toEqual(numbers);
  });
});
