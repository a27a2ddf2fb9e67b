import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Head } from '../../core/heads/head.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from '../../core/policies/index.ts';
import { type Bundle, openBundle } from '../bundle/index.ts';
import { type ExamStates, FeatureCollection, FeaturesFile, readLabels } from '../cohort/index.ts';
import { CohortError } from '../errors.ts';
import { FusionSession } from '../runtime/fusion-session.ts';
import { type AssessedCohort, assessCohort } from './assessed-cohort.ts';
import { PolicyError } from './errors.ts';

let folder: string;
let bundle: Bundle;
let embedding: number;
const at = (name: string) => join(folder, name);

/** A vector of which the channels 0 and 1 are given. */
function vector(first: number, second: number): Float32Array {
  const values = new Float32Array(embedding).fill(0.01);
  values[0] = first;
  values[1] = second;
  return values;
}

/** A head whose probability is sigmoid of some channels of its feature. */
function head(
  name: string,
  feature: Head['feature'],
  labels: Readonly<Record<string, readonly number[]>>,
): Head {
  const channels = feature === 'pair' ? 2 * embedding : embedding;
  return {
    ...{ format: 1, name, feature, kind: 'multi-label', normalize: false },
    labels: Object.entries(labels).map(([label, read]) => ({
      name: label,
      weights: Array.from({ length: channels }, (_, channel) => (read.includes(channel) ? 1 : 0)),
      bias: 0,
      threshold: 0.9,
      calibration: { kind: 'none' as const },
    })),
    ...{ trained: true, provenance: 'made up', intendedUse: 'tests' },
  };
}

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));
const BOTH: ExamStates = { left: 'gradable', right: 'gradable' };
/** Left and right of each exam, and what the gate says. */
const EXAMS: Readonly<Record<string, readonly [[number, number], [number, number], ExamStates]>> = {
  P1: [[1, -1], [2, -2], BOTH],
  P2: [[1.5, -1], [3, -2], { left: 'gradable', right: 'too-dark' }],
  P3: [[4, -1], [0.5, 0.25], { left: 'out-of-focus', right: 'gradable' }],
  P4: [[5, 5], [5, 5], { left: 'too-bright', right: 'too-dark' }],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assessed-'));
  bundle = await openBundle('bundles/default');
  embedding = bundle.manifest.geometry.embedding;
  const collection = new FeatureCollection(embedding);
  const judged = new FeatureCollection(embedding);
  const eye = ([first, second]: readonly [number, number]) => ({
    visual: vector(first, second),
    mapped: vector(0, 0),
  });
  for (const [patient, [left, right, states]] of Object.entries(EXAMS)) {
    // As if both eyes had been given to the model: the file holds ungradable ones too.
    const features = { left: eye(left), right: eye(right), patient: vector(9, 9) };
    judged.add({ patient, exam: '1' }, features, states);
    collection.add({ patient, exam: '1' }, features);
  }
  const one = { left: eye([1, 1]), right: null, patient: vector(9, 9) };
  judged.add({ patient: 'P5', exam: '1' }, one, { left: 'gradable', right: null });
  judged.add({ patient: 'P6', exam: '1' }, null, { left: 'unreadable-file', right: null });
  const origin = {
    model: bundle.manifest.id,
    preprocessing: 'squash-bicubic-v1',
    trained: true,
    precision: null,
    equivalents: [],
  };
  await judged.write(at('judged.safetensors'), origin);
  await collection.write(at('former.safetensors'), origin);
  await writeFile(
    at('labels.csv'),
    'patient,group,normal,amd,glaucoma\nP1,G,1,0,0\nP2,G,0,1,0\nP3,H,0,0,\nP4,I,0,1,1\nP5,J,1,1,0\nP6,K,,,1\nP9,L,1,0,0\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function assessed(
  heads: readonly Head[],
  {
    policy = DEFAULT_POLICY,
    file = 'judged.safetensors',
    labels = 'labels.csv',
  }: { policy?: OutcomePolicy; file?: string; labels?: string } = {},
): Promise<AssessedCohort> {
  const features = await FeaturesFile.open(at(file));
  try {
    return await assessCohort({ bundle, features, labels: await readLabels(at(labels)), heads, policy });
  } finally {
    await features.close();
  }
}

const scoresOf = ({ exams }: AssessedCohort, patient: string): readonly number[] => [
  ...(exams.find((exam) => exam.patient === patient)?.scores ?? []),
];

describe('an assessed cohort', () => {
  it('has the highest probability of each disease, of gradable eyes only', async () => {
    const cohort = await assessed([
      head('eye', 'visual', { normal: [1], amd: [0] }),
      head('both', 'pair', { amd: [0], glaucoma: [embedding] }),
    ]);
    expect(cohort.labels).toEqual(['amd', 'glaucoma']);
    const near = (...scores: readonly number[]) => scores.map((score) => expect.closeTo(sigmoid(score), 6));
    // The right eye is the worse of P1, and a single gradable eye stands for both.
    expect(scoresOf(cohort, 'P1')).toEqual(near(2, 2));
    expect(scoresOf(cohort, 'P2')).toEqual(near(1.5, 1.5));
    expect(scoresOf(cohort, 'P3')).toEqual(near(0.5, 0.5));
    expect(scoresOf(cohort, 'P4')).toEqual([0, 0]);
    expect(scoresOf(cohort, 'P5')).toEqual(near(1, 1));
    expect(scoresOf(cohort, 'P6')).toEqual([0, 0]);
  });

  it('says what an exam ends as without any finding', async () => {
    const heads = [head('both', 'pair', { amd: [0] })];
    const otherwise = async (policy: OutcomePolicy) =>
      Object.fromEntries(
        (await assessed(heads, { policy })).exams.map(({ patient, otherwise: outcome }) => [
          patient,
          outcome,
        ]),
      );
    expect(await otherwise(DEFAULT_POLICY)).toEqual({
      ...{
        P1: 'recall',
        P2: 'ungradable',
        P3: 'ungradable',
        P4: 'ungradable',
        P5: 'ungradable',
        P6: 'ungradable',
      },
    });
    expect(await otherwise({ ...DEFAULT_POLICY, ungradableEye: 'refer', missingEye: 'recall' })).toEqual({
      ...{ P1: 'recall', P2: 'refer', P3: 'refer', P4: 'refer', P5: 'recall', P6: 'refer' },
    });
  });

  it('maps a single gradable eye again, as the worker does', async () => {
    const cohort = await assessed([head('mapped', 'patient', { amd: [3] })]);
    const fusion = await FusionSession.load(bundle);
    const mapped = async (left: Float32Array, right: Float32Array): Promise<number> =>
      sigmoid((await fusion.run(left, right)).patient[3] as number);
    expect(scoresOf(cohort, 'P1')[0]).toBeCloseTo(await mapped(vector(1, -1), vector(2, -2)), 6);
    expect(scoresOf(cohort, 'P3')[0]).toBeCloseTo(await mapped(vector(0.5, 0.25), vector(0.5, 0.25)), 6);
    await fusion.release();
  });

  it('knows who is to be referred, who is healthy, and of whom that is not known', async () => {
    const cohort = await assessed([head('both', 'pair', { amd: [0] })]);
    expect(cohort.diseases).toEqual(['amd', 'glaucoma']);
    expect(cohort.exams.map(({ patient, referable, truth }) => [patient, referable, ...truth])).toEqual([
      ...[
        ['P1', 0, 0, 0],
        ['P2', 1, 1, 0],
        ['P3', -1, 0, -1],
        ['P4', 1, 1, 1],
        ['P5', 1, 1, 0],
        ['P6', 1, -1, 1],
      ],
    ]);
    expect(cohort.exams.map(({ group }) => cohort.groups[group])).toEqual(['G', 'G', 'H', 'I', 'J', 'K']);
    expect(cohort.withoutFeatures).toEqual([{ item: 'P9', line: 8 }]);
    await writeFile(at('no-normal.csv'), 'patient,amd,glaucoma\nP1,0,0\nP2,0,\nP3,1,\n');
    const without = await assessed([head('both', 'pair', { amd: [0] })], { labels: 'no-normal.csv' });
    expect(without.exams.map(({ referable }) => referable)).toEqual([0, -1, 1]);
    expect(without.withoutLabels).toBe(3);
  });

  it('leaves out findings that no rule refers', async () => {
    const policy: OutcomePolicy = {
      ...DEFAULT_POLICY,
      rules: [{ label: 'amd', head: 'eye', outcome: 'recall' }, ...DEFAULT_POLICY.rules],
    };
    const heads = [head('eye', 'visual', { amd: [0] }), head('both', 'pair', { amd: [1] })];
    expect(scoresOf(await assessed(heads, { policy }), 'P1')).toEqual([expect.closeTo(sigmoid(-1), 6)]);
  });

  it('is refused where thresholds are not all, or the gate was not asked', async () => {
    const heads = [head('both', 'pair', { amd: [0] })];
    const minimum: OutcomePolicy = {
      ...DEFAULT_POLICY,
      rules: [{ label: 'amd', minimumProbability: 0.3, outcome: 'refer' }],
    };
    await expect(assessed(heads, { policy: minimum })).rejects.toThrow(PolicyError);
    await expect(assessed(heads, { policy: minimum })).rejects.toThrow(
      /rule for "amd" refers from a probability of 0\.3/,
    );
    await expect(assessed(heads, { file: 'former.safetensors' })).rejects.toThrow(CohortError);
    await expect(assessed(heads, { file: 'former.safetensors' })).rejects.toThrow(
      /former\.safetensors.*which eyes are gradable/,
    );
    await writeFile(at('strangers.csv'), 'patient,amd\nX1,1\n');
    await expect(assessed(heads, { labels: 'strangers.csv' })).rejects.toThrow(/same names/);
  });
});
