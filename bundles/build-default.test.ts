import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../core/policies/index.ts';
import { type Bundle, openBundle, verifyHashes } from '../model/bundle/index.ts';
import { writeSafetensorsCheckpoint } from '../model/checkpoint/random/write-safetensors-checkpoint.ts';
import { GEOMETRIES } from '../model/checkpoint/testing/geometries.ts';
import type { Geometry } from '../model/checkpoint/weights.ts';

/** Large enough for the detector, which looks at 112 px. */
const GEOMETRY: Geometry = {
  ...GEOMETRIES.mbconv,
  vision: { ...GEOMETRIES.mbconv.vision, imageSize: 128 },
};
const CARD = {
  summary: 'Random weights, for a test.',
  data: [{ name: 'ODIR-5K, kept patients', use: 'validation', source: 'nobody' }],
  training: { method: 'none', settings: {} },
  accuracy: [],
  limitations: [],
  mustNotBeUsedFor: ['anything'],
};
const HEAD = {
  format: 1,
  name: 'guess',
  feature: 'visual',
  kind: 'multi-label',
  normalize: true,
  labels: [
    {
      name: 'glaucoma',
      weights: new Array(GEOMETRY.embedding).fill(0.1),
      bias: 0,
      threshold: 0.5,
      calibration: { kind: 'none' },
    },
  ],
  trained: true,
  provenance: 'made up',
  intendedUse: 'tests',
};

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-default-'));
  const words = Array.from({ length: GEOMETRY.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeFile(at('vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'));
  await writeSafetensorsCheckpoint(at('random.safetensors'), { geometry: GEOMETRY, seed: 'default' });
  await writeFile(at('card.json'), JSON.stringify(CARD));
  await writeFile(at('head.json'), JSON.stringify(HEAD));
  await writeFile(at('foreign.json'), JSON.stringify({ ...HEAD, model: 'a'.repeat(64) }));
});
afterAll(() => rm(folder, { recursive: true }));

const build = (...words: string[]) =>
  promisify(execFile)(process.execPath, ['bundles/build-default.ts', '--out', at('default'), ...words]);
const trained = (head: string) => [
  ...['--checkpoint', at('random.safetensors'), '--vocab', at('vocab.txt')],
  ...['--heads', at(head), '--card', at('card.json')],
];

/** Three policies, as they are chosen for the heads of a bundle, with reports whose figures are made up. */
async function writePolicies({ manifest, heads }: Bundle, folderOfPolicies: string): Promise<void> {
  await mkdir(folderOfPolicies);
  const share = { value: 0.25, interval: { low: 0.1, high: 0.5 } };
  const fate = { patients: 20, recall: share, referred: share, ungradable: null, notAssessed: null };
  const figures = { sick: fate, diseases: { glaucoma: fate }, healthy: { ...fate, patients: 30 } };
  const people = { value: 12, interval: { low: 10, high: 15 } };
  const expected = Object.fromEntries(
    ['referred', 'referredSick', 'missed', 'ungradable', 'cleared'].map((name) => [name, people]),
  );
  for (const [name, threshold] of [
    ['screening', 0.12],
    ['balanced', 0.34],
    ['triage', 0.56],
  ] as const) {
    const thresholds = heads.map(({ name: head, id }) => ({
      head,
      headId: id,
      label: 'glaucoma',
      threshold,
    }));
    await writeFile(
      join(folderOfPolicies, `${name}.json`),
      JSON.stringify({ ...DEFAULT_POLICY, name, thresholds }),
    );
    const report = {
      ...{ schema: 'policy-fit/1', name, policy: 'p', model: manifest.id, aim: `aim of ${name}` },
      heads: heads.map(({ name: head, id }) => ({ name: head, id })),
      ...{ confidence: 0.8, threshold, thresholds: { glaucoma: threshold }, cohorts: [] },
      heldOut: { folds: 5, rounds: 20, seed: '1', figures, roundsWithinAim: null },
      population: { people: 10_000, prevalence: 0.05, expected },
    };
    await writeFile(join(folderOfPolicies, `${name}.report.json`), JSON.stringify(report));
  }
}

/** Processes start slowly on a machine that has other work. */
describe('the default bundle', { timeout: 240_000 }, () => {
  it('is made of random weights, then of a trained checkpoint, and kept where the next is refused', async () => {
    await build('--untrained');
    const random = await openBundle(at('default'));
    expect(random.manifest).toMatchObject({ trained: false, card: null });
    expect(random.heads.map(({ name }) => name)).toEqual(['odir']);

    await build(...trained('head.json'));
    const { manifest, heads } = await openBundle(at('default'));
    expect(manifest).toMatchObject({ trained: true, card: CARD, name: 'retclip-default' });
    expect(Object.keys(manifest.variants)).toEqual(['fp32']);
    expect(heads).toMatchObject([HEAD]);

    await expect(build(...trained('foreign.json'))).rejects.toThrow(/made for the features of model aaaa/);
    await expect(build('--checkpoint', at('random.safetensors'))).rejects.toMatchObject({ code: 2 });
    expect((await openBundle(at('default'))).manifest.id).toBe(manifest.id);
    expect((await readdir(folder)).filter((name) => name.startsWith('default'))).toEqual(['default']);
  });

  it('gets the policies that were chosen for it, and screening for its own thresholds', async () => {
    await build(...trained('head.json'));
    const before = await openBundle(at('default'));
    await writePolicies(before, at('policies'));
    const withPolicies = ['--bundle', at('default'), '--policies', at('policies')];
    await build(...withPolicies);
    const bundle = await openBundle(at('default'));
    await verifyHashes(bundle);
    const { manifest, heads, policies } = bundle;
    expect(manifest.id).toBe(before.manifest.id);
    expect(
      policies.map(({ name, thresholds }) => [name, ...thresholds.map((own) => [own.headId, own.threshold])]),
    ).toEqual([
      ['screening', [heads[0]?.id, 0.12]],
      ['balanced', [heads[0]?.id, 0.34]],
      ['triage', [heads[0]?.id, 0.56]],
    ]);
    expect(heads[0]?.id).not.toBe(before.heads[0]?.id);
    expect(heads[0]?.labels[0]).toEqual({ ...HEAD.labels[0], threshold: 0.12 });
    const { operatingPoints } = manifest.card ?? {};
    expect(operatingPoints?.map(({ policy, policyId: id, aim }) => [policy, id, aim])).toEqual(
      manifest.policies?.map(({ name, id }) => [name, id, `aim of ${name}`]),
    );
    expect(operatingPoints?.[1]).toMatchObject({
      missed: { value: 0.25, patients: 20 },
      cleared: { patients: 30 },
      population: { people: 10_000, prevalence: 0.05, missed: { value: 12 } },
    });

    // They were chosen for the head as it was before.
    await expect(build(...withPolicies)).rejects.toThrow(/chosen for head "guess" .* not in/);
    // A policy that was changed, and one that is cut, are no policies of the bundle.
    const triage = at('default', 'policies', 'triage.json');
    const text = await readFile(triage, 'utf8');
    await writeFile(triage, text.replace('0.56', '0.65'));
    await expect(openBundle(at('default'))).rejects.toThrow(
      /triage\.json" is not the one that the bundle names/,
    );
    await writeFile(triage, text.slice(1));
    await expect(openBundle(at('default'))).rejects.toThrow(
      /triage\.json" of bundle .* has \d+ bytes instead of/,
    );
  });
});
