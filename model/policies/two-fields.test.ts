import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Head } from '../../core/heads/head.ts';
import { DEFAULT_POLICY, type OutcomePolicy, policyId } from '../../core/policies/index.ts';
import { type Bundle, openBundle } from '../bundle/index.ts';
import { type ExamStates, FeatureCollection, FeaturesFile, readLabels } from '../cohort/index.ts';
import { CohortError } from '../errors.ts';
import { type AssessedCohort, assessCohort } from './assessed-cohort.ts';
import { PolicyError } from './errors.ts';
import { decidedOutcomes, fitPolicy } from './fit-policy.ts';

const BOTH: ExamStates = { left: 'gradable', right: 'gradable' };
const RULE = 'mean-in-field-maximum-over-fields/1 of 2 fields';
/** The score of amd in the photographs of each eye: macula left and right, disc left and right. */
const SICK = [2, 0.5, 1, -1] as const;
/** By their maculas alone they are healthy at 0.5; each disc says more. */
const HEALTHY = [-2, -1, 1, -3] as const;
const HEALTHY_RIGHT = [-2, -1, -3, 1.2] as const;
const PATIENTS = Array.from({ length: 24 }, (_, index) => ({
  patient: `P${index}`,
  scores: index % 3 === 0 ? SICK : index % 3 === 1 ? HEALTHY : HEALTHY_RIGHT,
  isSick: index % 3 === 0,
}));

let folder: string;
let bundle: Bundle;
let head: Head;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'two-fields-'));
  bundle = await openBundle('bundles/default');
  const { embedding } = bundle.manifest.geometry;
  const visual = (score: number) =>
    Float32Array.from({ length: embedding }, (_, at) => (at === 0 ? score : 0));
  const eye = (score: number) => ({ visual: visual(score), mapped: visual(0) });
  const weights = Array.from({ length: embedding }, (_, channel) => (channel === 0 ? 1 : 0));
  head = {
    ...{ format: 1, name: 'eyes', feature: 'visual', kind: 'multi-label', normalize: false },
    labels: [{ name: 'amd', weights, bias: 0, threshold: 0.5, calibration: { kind: 'none' } }],
    ...{ trained: true, provenance: 'made up', intendedUse: 'tests' },
  };
  const maculas = new FeatureCollection(embedding);
  const discs = new FeatureCollection(embedding);
  for (const { patient, scores } of PATIENTS) {
    const [left, right, discLeft, discRight] = scores;
    const of = (a: number, b: number) => ({ left: eye(a), right: eye(b), patient: visual(0) });
    maculas.add({ patient, exam: '1' }, of(left, right), BOTH);
    // One eye of P1 has a blurred disc, and nobody photographed the discs of P2.
    const states: ExamStates = patient === 'P1' ? { ...BOTH, left: 'out-of-focus' } : BOTH;
    if (patient !== 'P2') discs.add({ patient, exam: '1' }, of(discLeft, discRight), states);
  }
  const origin = {
    ...{ model: bundle.manifest.id, preprocessing: 'squash-bicubic-v1', trained: true },
    ...{ precision: null, equivalents: [] },
  };
  await maculas.write(at('macula.safetensors'), origin);
  await discs.write(at('disc.safetensors'), origin);
  const lines = PATIENTS.map(({ patient, isSick }) => `${patient},${isSick ? '0,1' : '1,0'}`);
  await writeFile(at('labels.csv'), ['patient,normal,amd', ...lines, ''].join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));

async function cohort(disc?: string): Promise<AssessedCohort> {
  await using opened = new AsyncDisposableStack();
  const open = async (name: string) =>
    opened.adopt(await FeaturesFile.open(at(name)), (file) => file.close());
  const features = await open('macula.safetensors');
  const discs = disc === undefined ? undefined : await open(disc);
  const labels = await readLabels(at('labels.csv'));
  return await assessCohort({ bundle, features, discs, labels, heads: [head], policy: DEFAULT_POLICY });
}

const fitted = (
  cohorts: readonly [AssessedCohort, ...AssessedCohort[]],
  base: OutcomePolicy = DEFAULT_POLICY,
) =>
  fitPolicy(cohorts, {
    ...{ name: 'two', aim: { kind: 'youden' }, base, heads: [head], model: bundle.manifest.id },
    ...{ confidence: 0.8, folds: 2, rounds: 1, seed: '1', population: { people: 100, prevalence: 0.1 } },
  });

describe('a cohort of two fields', () => {
  it('is read by the maximum over macula and disc of each eye', async () => {
    const { exams } = await cohort('disc.safetensors');
    const score = (patient: string) => exams.find((exam) => exam.patient === patient)?.scores[0];
    // By hand: sigmoid of 2 (the left macula), of 1 (a left disc) and of 1.2 (a right disc).
    expect(score('P0')).toBeCloseTo(0.8808, 4);
    expect(score('P4')).toBeCloseTo(0.7311, 4);
    expect(score('P5')).toBeCloseTo(0.7685, 4);
  });

  it('leaves out, and counts, exams of which an eye has no gradable disc', async () => {
    const { exams, withoutDisc, rule } = await cohort('disc.safetensors');
    expect([exams.length, withoutDisc, rule]).toEqual([22, 2, RULE]);
    expect(exams.map(({ patient }) => patient)).not.toContain('P1');
    const one = await cohort();
    expect([one.exams.length, one.withoutDisc, one.rule]).toEqual([24, 0, null]);
  });

  it('has thresholds of its own, beside those for one image, which by themselves refer the healthy', async () => {
    const [one, two] = [await cohort(), await cohort('disc.safetensors')];
    const { policy: single } = fitted([one]);
    const { policy } = fitted([two], single);
    const [byRule, any] = policy.thresholds;
    expect(policy.thresholds).toHaveLength(2);
    // Between the scores of the healthy and of the sick: 0.7685 and 0.8808 by two fields, 0.2689 and 0.8808 by one.
    expect(byRule).toMatchObject({ head: 'eyes', label: 'amd', rule: RULE });
    expect(byRule?.threshold).toBeGreaterThan(0.7685);
    expect(byRule?.threshold).toBeLessThan(0.8808);
    expect(any).not.toHaveProperty('rule');
    expect(any?.threshold).toBeLessThan(0.7311);
    expect(policyId(policy)).not.toBe(policyId(single));
    const referred = (by: OutcomePolicy, of: AssessedCohort) =>
      decidedOutcomes(by, of).filter((outcome) => outcome === 'refer').length;
    expect([referred(single, two), referred(policy, two)]).toEqual([22, 8]);
    // One image an eye is judged as before.
    expect([referred(single, one), referred(policy, one)]).toEqual([8, 8]);
  });

  it('is not mixed with one of one field, and needs an exam in both files', async () => {
    const [one, two] = [await cohort(), await cohort('disc.safetensors')];
    expect(() => fitted([two, one])).toThrow(PolicyError);
    const empty = new FeatureCollection(bundle.manifest.geometry.embedding);
    const none = { left: null, right: null } as const;
    empty.add({ patient: 'elsewhere', exam: '1' }, null, none);
    await empty.write(at('others.safetensors'), {
      ...{ model: bundle.manifest.id, preprocessing: 'squash-bicubic-v1', trained: true },
      ...{ precision: null, equivalents: [] },
    });
    await expect(cohort('others.safetensors')).rejects.toThrow(CohortError);
  });
});
