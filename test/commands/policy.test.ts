import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointSchema } from '../../cli/endpoint.ts';
import { DEFAULT_POLICY, decideOutcome, outcomePolicySchema, policyId } from '../../core/policies/index.ts';
import { programSettingsSchema } from '../../core/programs/program-settings.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { type ExamStates, FeatureCollection } from '../../model/cohort/index.ts';
import { seededIndices } from '../../model/evaluation/bootstrap/random.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

let folder: string;
let system: RunningSystem;
const at = (...names: string[]) => join(folder, ...names);
const LABELS = ['normal', 'amd', 'glaucoma'] as const;

/** Sixty patients of made-up features, each eye another, of whom each tenth has an ungradable left eye. */
async function writeCohort(): Promise<void> {
  const { manifest } = await openBundle('bundles/default');
  const { embedding } = manifest.geometry;
  const draw = seededIndices(7);
  const vector = () => Float32Array.from({ length: embedding }, () => (draw(2000) - 1000) / 800);
  const collection = new FeatureCollection(embedding);
  const rows: string[] = [];
  for (let index = 0; index < 60; index += 1) {
    const patient = `P${index}`;
    const states: ExamStates = { left: index % 10 === 3 ? 'too-dark' : 'gradable', right: 'gradable' };
    const eye = () => ({ visual: vector(), mapped: vector() });
    collection.add({ patient, exam: '1' }, { left: eye(), right: eye(), patient: vector() }, states);
    const isSick = index % 2 === 0;
    rows.push(
      [patient, isSick ? 0 : 1, isSick && index % 4 === 0 ? 1 : 0, isSick && index % 4 === 2 ? 1 : 0].join(),
    );
  }
  await collection.write(at('features.safetensors'), {
    ...{
      model: manifest.id,
      preprocessing: manifest.preprocessing.id,
      trained: true,
      precision: null,
      equivalents: [],
    },
  });
  await writeFile(at('labels.csv'), `patient,${LABELS.join()}\n${rows.join('\n')}\n`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
  await writeCohort();
  system = new RunningSystem(at('data'));
  await system.start();
}, 240_000);
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const fitting = (...words: string[]) =>
  retclip([
    'policy',
    'fit',
    '--features',
    at('features.safetensors'),
    '--labels',
    at('labels.csv'),
    ...words,
  ]);

async function settings(program: string, change?: unknown): Promise<{ readonly policy: unknown }> {
  const { url, token } = endpointSchema.parse(
    JSON.parse(await readFile(at('data', 'endpoint.json'), 'utf8')),
  );
  const response = await fetch(`${url.replace(/\/$/, '')}/v1/programs/${program}/settings`, {
    method: change === undefined ? 'GET' : 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(change === undefined ? {} : { body: JSON.stringify(change) }),
  });
  expect(response.status).toBe(200);
  return programSettingsSchema.parse(await response.json());
}

const use = (policy: string, program: string, ...words: string[]) =>
  retclip(['policy', 'use', policy, '--program', program, '--data', at('data'), ...words]);

// Each case starts processes, which wait for a busy machine.
const PATIENT = { timeout: 300_000 };

describe('retclip policy fit', PATIENT, () => {
  it('chooses a policy that keeps what it promises, and writes what it found', async () => {
    const words = ['--miss', '0.3', '--label-miss', 'amd=0.4', '--confidence', '0.6', '--rounds', '2'];
    const done = await fitting(
      '--name',
      'mine',
      ...words,
      '--out',
      at('mine.json'),
      '--report',
      at('mine.report.json'),
      '--json',
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const policy = outcomePolicySchema.parse(JSON.parse(await readFile(at('mine.json'), 'utf8')));
    const { report } = JSON.parse(done.stdout);
    expect(JSON.parse(await readFile(at('mine.report.json'), 'utf8'))).toEqual(report);
    expect(report).toMatchObject({
      ...{ schema: 'policy-fit/1', name: 'mine', policy: policyId(policy), confidence: 0.6 },
      cohorts: [
        {
          exams: 60,
          patients: 60,
          limits: [
            { disease: null, patients: 30 },
            { disease: 'amd', patients: 15 },
          ],
        },
      ],
      heldOut: { folds: 5, rounds: 2 },
      population: { people: 10_000, prevalence: 0.05 },
    });
    const { sick, healthy, diseases } = report.cohorts[0].chosenOn;
    expect(sick.recall.value).toBeLessThanOrEqual(0.3);
    expect(diseases.amd.recall.value).toBeLessThanOrEqual(0.4);
    expect(
      sick.recall.value + sick.referred.value + sick.ungradable.value + sick.notAssessed.value,
    ).toBeCloseTo(1, 9);
    expect(healthy.patients).toBe(30);
    // Thresholds of every disease label of both heads, for these heads only.
    const { heads } = await openBundle('bundles/default');
    expect(policy.thresholds).toHaveLength(14);
    for (const { head, headId, label } of policy.thresholds) {
      expect(heads.find(({ name }) => name === head)?.id).toBe(headId);
      expect(label).not.toBe('normal');
    }
    const measured = await retclip([
      'policy',
      'measure',
      at('mine.json'),
      '--features',
      at('features.safetensors'),
      '--labels',
      at('labels.csv'),
      '--json',
    ]);
    expect(JSON.parse(measured.stdout).cohorts[0].figures).toEqual(report.cohorts[0].chosenOn);
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'a promise about too few',
      ['--label-miss', 'glaucoma=0.1'],
      3,
      /15 patients with glaucoma, and a promise about them needs 16/,
    ],
    ['a disease that no label speaks of', ['--label-miss', 'myopia=0.1'], 3, /No labels speak of "myopia"/],
    ['two aims', ['--youden', '--miss', '0.2'], 2, /contradict each other/],
    ['a share that is none', ['--miss', '1'], 2, /above 0 and below 1/],
    [
      'a base that is not a policy',
      ['--base', 'none-such'],
      2,
      /the bundle has screening, balanced, triage, default/,
    ],
    ['labels without features', ['--labels', 'none.csv'], 2, /1 features, 2 labels/],
  ])('refuses %s', async (_, words, code, message) => {
    const done = await fitting('--name', 'x', '--out', at('none.json'), ...words);
    expect(done.code).toBe(code);
    expect(done.stderr).toMatch(message);
  });
});

describe("the default bundle's policies", PATIENT, () => {
  it('are listed and explained', async () => {
    const listed = await retclip(['policy', 'list']);
    expect(listed.stdout).toMatch(
      /\nscreening .*at most 10 %.*\nbalanced .*\ntriage .*at most 10 % of the healthy/su,
    );
    const shown = await retclip(['policy', 'show', 'screening']);
    expect(shown.stdout).toMatch(/diabetic-retinopathy \(odir, odir-eye\)/);
    expect(shown.stdout).toMatch(/a positive finding of normal changes nothing/);
    expect(shown.stdout).toMatch(/An ungradable eye makes the exam ungradable at least/);
    expect(shown.stdout).toMatch(/10,000 people, 5\.0 % of them with disease/);
  });

  it('begin with the one by which the heads decide by themselves', async () => {
    const { heads, policies } = await openBundle('bundles/default');
    const screening = policies.find(({ name }) => name === 'screening');
    if (screening === undefined) throw new Error('no screening');
    for (const head of heads) {
      for (const { name: label, threshold } of head.labels) {
        const own = screening.thresholds.find(
          (one) => one.head === head.name && one.headId === head.id && one.label === label,
        );
        expect(own?.threshold ?? 'none').toBe(label === 'normal' ? 'none' : threshold);
      }
    }
    const { thresholds: _, name: __, ...rules } = screening;
    const { thresholds: ___, ...usual } = DEFAULT_POLICY;
    expect(rules).toEqual(usual);
  });
});

describe('retclip policy use', PATIENT, () => {
  it("sets a program's policy, and nothing else of its settings", async () => {
    const before = await settings('north');
    const done = await use('balanced', 'north', '--json');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const balanced = outcomePolicySchema.parse(
      JSON.parse(await readFile('bundles/default/policies/balanced.json', 'utf8')),
    );
    expect(JSON.parse(done.stdout)).toEqual({
      program: 'north',
      from: policyId(DEFAULT_POLICY),
      to: policyId(balanced),
    });
    expect(await settings('north')).toEqual({ ...before, policy: balanced });
    expect((await use('default', 'north')).stdout).toMatch(/before: balanced/);
    expect(await settings('north')).toEqual({ ...before, policy: DEFAULT_POLICY });
    expect(await settings('south')).toEqual(before);
  });

  it('asks what becomes of rules of its own', async () => {
    const before = await settings('west');
    const own = { ...DEFAULT_POLICY, missingEye: 'refer' as const };
    await settings('west', { ...before, policy: own });
    const refused = await use('triage', 'west');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/missingEye of its own.*--rules keep/),
    });
    expect(await settings('west')).toEqual({ ...before, policy: own });
    expect((await use('triage', 'west', '--rules', 'keep')).code).toBe(0);
    const kept = outcomePolicySchema.parse((await settings('west')).policy);
    const { policies } = await openBundle('bundles/default');
    const triage = policies.find(({ name }) => name === 'triage');
    expect(kept).toEqual({ ...triage, missingEye: 'refer' });
    expect((await use('triage', 'west', '--rules', 'replace')).code).toBe(0);
    expect((await settings('west')).policy).toEqual(triage);
  });

  it('refuses thresholds of heads that are not live, unless asked', async () => {
    const foreign = {
      ...DEFAULT_POLICY,
      name: 'foreign',
      thresholds: [{ head: 'odir', headId: 'f'.repeat(32), label: 'amd', threshold: 0.2 }],
    };
    await writeFile(at('foreign.json'), JSON.stringify(foreign));
    const refused = await use(at('foreign.json'), 'east');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/odir \(ffffffff\), but live are odir/),
    });
    expect((await settings('east')).policy).toEqual(DEFAULT_POLICY);
    expect((await use(at('foreign.json'), 'east', '--any-heads')).code).toBe(0);
    expect((await settings('east')).policy).toEqual(foreign);
  });
});

it('the default policy on the default bundle decides as screening does, whatever is found', async () => {
  const { heads, policies } = await openBundle('bundles/default');
  const screening = policies.find(({ name }) => name === 'screening');
  if (screening === undefined) throw new Error('no screening');
  const draw = seededIndices(11);
  const quality = { gradable: true as const, reason: null, measurements: {} };
  const image = { key: 'k', versionId: null, sha256: '0'.repeat(64), bytes: 0, order: '' };
  const eye = { image, quality, images: [{ image: 'k', field: null, quality }] };
  for (let round = 0; round < 300; round += 1) {
    const scale = draw(100) / 100;
    const findings = heads.flatMap(({ name, feature, labels }) =>
      (feature === 'visual' ? (['left', 'right'] as const) : (['patient'] as const)).flatMap((level) =>
        labels.map(({ name: label, threshold }) => ({
          ...{ level, image: null, head: name, label, threshold },
          probability: (scale * draw(1000)) / 1000,
        })),
      ),
    );
    const input = {
      eyes: { left: eye, right: eye },
      heads: heads.map(({ name, id }) => ({ name, id })),
      findings,
    };
    expect(decideOutcome(DEFAULT_POLICY, input).outcome).toBe(decideOutcome(screening, input).outcome);
  }
});
