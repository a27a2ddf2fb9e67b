import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadFeature } from '../../core/heads/head.ts';
import { CohortError } from '../errors.ts';
import {
  type ExamStates,
  FeatureCollection,
  FeaturesFile,
  type FeaturesOrigin,
  joinCohort,
  type LabelOptions,
  readLabels,
} from './index.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const ORIGIN: FeaturesOrigin = {
  model: 'ab'.repeat(32),
  preprocessing: 'squash-bicubic-v1',
  trained: true,
  precision: 'fp16',
  equivalents: ['fp32', 'fp16'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cohort-'));
  const collection = new FeatureCollection(2);
  const eye = (value: number) => ({
    visual: Float32Array.of(value, value + 0.5),
    mapped: Float32Array.of(-value, 0),
  });
  const patient = Float32Array.of(7, 8);
  // Not in the order of their names, which a cohort has.
  collection.add({ patient: 'P3', exam: '1' }, { left: eye(5), right: eye(6), patient });
  collection.add({ patient: 'P1', exam: '1' }, { left: eye(1), right: eye(2), patient });
  collection.add({ patient: 'P1', exam: '2' }, { left: eye(3), right: null, patient });
  await collection.write(at('features.safetensors'), ORIGIN);
});
afterAll(() => rm(folder, { recursive: true }));

async function labels(text: string, options: LabelOptions = {}) {
  await writeFile(at('labels.csv'), text);
  return readLabels(at('labels.csv'), options);
}

async function joined(text: string, feature: HeadFeature, options: LabelOptions & { split?: string } = {}) {
  const features = await FeaturesFile.open(at('features.safetensors'));
  try {
    const cohort = joinCohort(features, await labels(text, options), { feature, split: options.split });
    const matrix = await features.read(feature, cohort.units);
    const dimensions = matrix.length / cohort.units.length;
    return {
      ...cohort,
      names: cohort.units.map(({ patient, exam, eye }) => [patient, exam, eye].filter(Boolean).join('/')),
      known: [...cohort.targets.values],
      rows: cohort.units.map((_, row) => [...matrix.subarray(row * dimensions, (row + 1) * dimensions)]),
    };
  } finally {
    await features.close();
  }
}

describe('a cohort', () => {
  it('keeps what its features file says', async () => {
    const file = await FeaturesFile.open(at('features.safetensors'));
    expect(file.origin).toEqual(ORIGIN);
    expect(file.exams).toContainEqual({ patient: 'P1', exam: '2' });
    expect([file.hasEye(2, 'left'), file.hasEye(2, 'right')]).toEqual([true, false]);
    await file.close();
  });

  it('says which eyes are gradable where the gate has looked, and keeps exams of which nothing is known', async () => {
    const collection = new FeatureCollection(1);
    const eye = (value: number) => ({ visual: Float32Array.of(value), mapped: Float32Array.of(0) });
    const patient = Float32Array.of(0);
    const add = (name: string, features: Parameters<typeof collection.add>[1], states: ExamStates) =>
      collection.add({ patient: name, exam: '1' }, features, states);
    add('P1', { left: eye(1), right: eye(2), patient }, { left: 'gradable', right: 'too-dark' });
    add('P2', null, { left: 'unreadable-file', right: null });
    add('P3', { left: null, right: eye(3), patient }, { left: 'truncated-file', right: 'gradable' });
    expect(collection.exams).toBe(2);
    await collection.write(at('judged.safetensors'), ORIGIN);
    const file = await FeaturesFile.open(at('judged.safetensors'));
    const states = file.exams.map((_, row) => [file.eyeState(row, 'left'), file.eyeState(row, 'right')]);
    expect(states).toEqual([
      ['gradable', 'too-dark'],
      ['unreadable-file', null],
      ['truncated-file', 'gradable'],
    ]);
    // Ungradable eyes have features all the same, and exams without any are not units of a head.
    expect([
      ...(await file.read('visual', [
        { row: 0, eye: 'right' },
        { row: 2, eye: 'right' },
      ])),
    ]).toEqual([2, 3]);
    const cohort = joinCohort(file, await labels('patient,amd\nP1,1\nP2,1\nP3,0\n'), { feature: 'pair' });
    expect(cohort.units.map((unit) => unit.patient)).toEqual(['P1', 'P3']);
    expect(cohort.leftOut.withoutFeatures).toEqual([{ item: 'P2', line: 3 }]);
    await file.close();
    const former = await FeaturesFile.open(at('features.safetensors'));
    expect([former.isJudged, file.isJudged]).toEqual([false, true]);
    expect(() => former.eyeState(0, 'left')).toThrow(/features\.safetensors.*which eyes are gradable/);
    await former.close();
  });

  it('is read from a file of a former release, which does not say its precision', async () => {
    const file = await FeaturesFile.open(
      fileURLToPath(new URL('former/features-1.safetensors', import.meta.url)),
    );
    expect(file.origin).toEqual({
      model: '0e45bed62d90934bc05078434846e5ada9255c9b3b06d3cc3d80bd8d8bd2e7e4',
      preprocessing: 'squash-bicubic-v1',
      trained: true,
      precision: null,
      equivalents: [],
    });
    expect(file.exams[1]).toEqual({ patient: 'phantom-000002', exam: '1' });
    // Read by another program from the file's bytes.
    const first = async (eye: 'left' | 'right') => [
      ...(await file.read('visual', [{ row: 0, eye }])).subarray(0, 3),
    ];
    expect(await first('left')).toEqual([-1.5600086450576782, 3.56190824508667, 0.02828987129032612]);
    expect(await first('right')).toEqual([-1.4841424226760864, 3.5868160724639893, -0.05743620917201042]);
    await file.close();
  });

  it('of pairs takes a single eye for both, and a patient row for each exam', async () => {
    const { names, known, rows } = await joined('patient,amd\nP1,1\nP3,0\n', 'pair');
    expect(names).toEqual(['P1/1', 'P1/2', 'P3/1']);
    expect(known).toEqual([1, 1, 0]);
    expect(rows).toEqual([
      [1, 1.5, 2, 2.5],
      [3, 3.5, 3, 3.5],
      [5, 5.5, 6, 6.5],
    ]);
  });

  it.each<[HeadFeature, string[], number[][]]>([
    [
      'visual',
      ['P1/1/left', 'P1/1/right', 'P3/1/right'],
      [
        [1, 1.5],
        [2, 2.5],
        [6, 6.5],
      ],
    ],
    ['left', ['P1/1/left'], [[-1, 0]]],
    [
      'right',
      ['P1/1/right', 'P3/1/right'],
      [
        [-2, 0],
        [-6, 0],
      ],
    ],
    [
      'patient',
      ['P1/1', 'P3/1'],
      [
        [7, 8],
        [7, 8],
      ],
    ],
  ])('of %s takes the labels of its level', async (feature, expected, values) => {
    const text = 'patient,exam,eye,amd\nP1,1,OS,0\nP1,1,R,1\nP3,1,right,1\n';
    const { names, rows } = await joined(text, feature);
    expect(names).toEqual(feature === 'patient' ? ['P1/1', 'P3/1'] : expected);
    expect(rows).toEqual(values);
  });

  it('takes the worse eye where only eyes are labelled, and nothing for known that is not', async () => {
    const flags = 'patient,exam,eye,a,b,c\nP1,1,L,1,0,0\nP1,1,R,,0,\nP3,1,L,,1,0\n';
    expect((await joined(flags, 'patient')).known).toEqual([1, 0, -1, -1, 1, -1]);
    const grades = 'patient,exam,eye,grade\nP1,1,L,1\nP1,1,R,3\nP1,2,L,0\n';
    expect((await joined(grades, 'patient', { classes: 'grade' })).known).toEqual([2, 0]);
  });

  it('names classes that are numbers with their column, and keeps an order that is given', async () => {
    expect((await labels('patient,Grade\nP1,10\nP3,2\n', { classes: 'grade' })).names).toEqual([
      'grade-2',
      'grade-10',
    ]);
    const table = await labels('patient,stage\nP1,Late\nP3,Early\n', {
      classes: 'stage',
      classOrder: ['Early', 'Late'],
    });
    expect(table.names).toEqual(['early', 'late']);
    expect(table.rows.map(({ values }) => values[0])).toEqual([1, 0]);
  });

  it('names and counts labels without features, and units without labels', async () => {
    const { leftOut } = await joined('patient,exam,eye,amd\nP1,2,R,1\nP1,1,L,0\nP9,,,1\n', 'visual');
    expect(leftOut).toEqual({
      withoutFeatures: [
        { item: 'P1 exam 2 right eye', line: 2 },
        { item: 'P9', line: 4 },
      ],
      withoutLabels: 4,
    });
  });

  it('takes one split, keeps groups and attributes', async () => {
    const text = 'patient,group,split,age,site,amd\nP1,G1,train,61,x,1\nP3,G3,test,50,y,0\n';
    const { names, units } = await joined(text, 'patient', { split: 'test', attributes: ['site'] });
    expect(names).toEqual(['P3/1']);
    expect(units[0]).toMatchObject({ group: 'G3', attributes: { age: '50', site: 'y' } });
  });

  it('is the same in whatever order its labels stand', async () => {
    const rows = ['P1,1,1', 'P1,2,0', 'P3,1,1', 'P4,1,0'];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: 4 }), async (order) => {
        const { names, known } = await joined(`patient,exam,amd\n${order.join('\n')}\n`, 'pair');
        expect([names, known]).toEqual([
          ['P1/1', 'P1/2', 'P3/1'],
          [1, 0, 1],
        ]);
      }),
      { numRuns: 10 },
    );
  });

  it.each<[string, string, HeadFeature, LabelOptions & { split?: string }, RegExp]>([
    ['no patient column', 'id,amd\nP1,1\n', 'pair', {}, /no column "patient"/],
    ['no label column', 'patient,age\nP1,50\n', 'pair', {}, /no label column/],
    ['an empty file', '', 'pair', {}, /empty/],
    ['a row of another length', 'patient,amd\nP1\n', 'pair', {}, /cannot be read as CSV.*line 2/s],
    ['a label that is NaN', 'patient,amd\nP1,NaN\n', 'pair', {}, /line 2: label "amd" is "NaN"/],
    ['a class that is NaN', 'patient,g\nP1,nan\n', 'pair', { classes: 'g' }, /line 2: the class is nan/],
    ['a grade among labels', 'patient,amd\nP1,2\n', 'pair', {}, /line 2.*"2"/],
    ['an eye that is none', 'patient,eye,amd\nP1,middle,1\n', 'visual', {}, /line 2.*middle/],
    ['an unknown label asked for', 'patient,amd\nP1,1\n', 'pair', { only: ['dr'] }, /no column "dr"/],
    ['a class beyond the order', 'p,patient,g\n,P1,3\n', 'pair', { classes: 'g', classOrder: ['0'] }, /"3"/],
    ['labels of one spelling', 'patient,A B,a-b\nP1,1,1\n', 'pair', {}, /"A B" and "a-b" are one label/],
    ['a patient twice', 'patient,amd\nP1,1\nP1,0\n', 'pair', {}, /P1 twice, in lines 2 and 3/],
    [
      'a patient in two splits',
      'patient,exam,split,a\nP1,1,train,1\nP1,2,test,1\n',
      'pair',
      {},
      /1 patients in two splits \(P1\)/,
    ],
    [
      'an unknown split',
      'patient,split,a\nP1,train,1\n',
      'pair',
      { split: 'x' },
      /no split "x", only: train/,
    ],
    ['no label of any exam', 'patient,amd\nP8,1\n', 'pair', {}, /same names/],
    ['labels of exams for eyes', 'patient,amd\nP1,1\n', 'visual', {}, /which eye/],
  ])('refuses %s', async (_, text, feature, options, message) => {
    const refused = await joined(text, feature, options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CohortError);
    expect((refused as Error).message).toMatch(message);
  });

  it('refuses features that are not numbers, naming the exam', async () => {
    const collection = new FeatureCollection(1);
    const patient = Float32Array.of(Number.NaN);
    const eye = { visual: Float32Array.of(1), mapped: Float32Array.of(1) };
    collection.add({ patient: 'P7', exam: '1' }, { left: eye, right: eye, patient });
    await collection.write(at('nan.safetensors'), ORIGIN);
    const file = await FeaturesFile.open(at('nan.safetensors'));
    await expect(file.read('patient', [{ row: 0, eye: null }])).rejects.toThrow(/P7, exam 1.*NaN/);
    await file.close();
    await expect(collection.write(at('nan.safetensors'), ORIGIN)).rejects.toThrow(/already/);
  });
});
