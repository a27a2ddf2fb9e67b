import { describe, expect, it } from 'vitest';
import type { ScoredFinding } from '../../core/exams/finding.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { Head } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import { evidenceMapsSchema } from '../../core/preparation/evidence-maps.ts';
import { EXAM, imageVersion } from '../../core/testing/records.ts';
import type { EvidenceChecks, LabelCheck } from '../../model/bundle/evidence-checks.ts';
import { type ExplainedImage, explainedFindings } from './explained-findings.ts';
import { createMakeEvidenceMaps } from './make-evidence-maps.ts';

function head(name: string, feature: Head['feature'], weights: readonly number[]): Head {
  const label = (label: string, factor: number) => ({
    ...{ name: label, weights: weights.map((weight) => factor * weight), bias: 0, threshold: 0.5 },
    calibration: { kind: 'none' as const },
  });
  return {
    ...{ format: 1, name, feature, kind: 'multi-label', normalize: false, trained: true },
    ...{
      provenance: 'test',
      intendedUse: 'test',
      labels: [label('normal', 1), label('amd', 1), label('myopia', 2)],
    },
  };
}
const named = (one: Head) => ({
  reference: { name: one.name, id: `id-${one.name}` },
  scorer: new HeadScorer(one),
});
const EYE = named(head('eye', 'visual', [1, 2]));
const PAIR = named(head('pair', 'pair', [1, 2, 30, 40]));

function image(
  laterality: Laterality,
  number: number,
  pixels: Uint8Array | null = Uint8Array.of(number),
): ExplainedImage {
  return {
    image: imageVersion(laterality, number),
    laterality,
    pixels,
  };
}
const LEFT = image('left', 1);
const RIGHT = image('right', 2);
const EYES = { left: [LEFT], right: [RIGHT] };

const finding = (
  head: string,
  level: ScoredFinding['level'],
  label: string,
  probability: number,
): ScoredFinding => ({
  ...{ level, head, label, probability, threshold: 0.5 },
  image: level === 'patient' ? null : (EYES[level][0]?.image.key ?? null),
});

const check = (head: string, label: string, shown: LabelCheck['shown']): LabelCheck => ({
  ...{
    head,
    headId: `id-${head}`,
    label,
    drawn: 40,
    chance: 0.1,
    centre: 0.2,
    photographs: 30,
    methods: [],
    shown,
  },
  why: shown === null ? 'it lies everywhere' : null,
});
const CHECKS: EvidenceChecks = {
  ...{ drawn: { seed: 's', patients: 40 }, photographs: null, runtime: 'r' },
  labels: [check('eye', 'amd', 'combined'), check('eye', 'myopia', null), check('pair', 'amd', 'occlusion')],
};

const seen = (found: ReturnType<typeof explainedFindings>) =>
  found.map(({ image: { laterality }, label, how }) => [
    laterality,
    label,
    'weights' in how ? [how.method, ...how.weights] : how.why,
  ]);

describe('findings that maps are made of', () => {
  it('reach their threshold, each in its own image, by its own weights', () => {
    const findings = [finding('eye', 'left', 'amd', 0.5), finding('eye', 'right', 'amd', 0.49)];
    expect(seen(explainedFindings(findings, [EYE, PAIR], EYES, CHECKS))).toEqual([
      ['left', 'amd', ['combined', 1, 2]],
    ]);
  });

  it('never are of normal', () => {
    expect(explainedFindings([finding('eye', 'left', 'normal', 1)], [EYE], EYES, CHECKS)).toEqual([]);
  });

  it('of the patient lie in both eyes, each by its half of the weights; an eye alone by both halves', () => {
    const findings = [finding('pair', 'patient', 'amd', 0.9)];
    expect(seen(explainedFindings(findings, [PAIR], EYES, CHECKS))).toEqual([
      ['left', 'amd', ['occlusion', 1, 2]],
      ['right', 'amd', ['occlusion', 30, 40]],
    ]);
    const alone = { left: [], right: [RIGHT] };
    expect(seen(explainedFindings(findings, [PAIR], alone, CHECKS))).toEqual([
      ['right', 'amd', ['occlusion', 31, 42]],
    ]);
  });

  it('say why they show none: not passed, not judged, another head of that name', () => {
    const findings = [finding('eye', 'right', 'myopia', 0.9), finding('eye', 'right', 'amd', 0.9)];
    const other = { ...EYE, reference: { name: 'eye', id: 'id-newer' } };
    expect(seen(explainedFindings(findings, [EYE], EYES, CHECKS))[0]?.[2]).toMatch(
      /did not pass .* everywhere/,
    );
    expect(seen(explainedFindings(findings, [other], EYES, CHECKS))[1]?.[2]).toMatch(
      /head and label were not/,
    );
    expect(seen(explainedFindings(findings, [EYE], EYES, undefined))[1]?.[2]).toMatch(/this model were not/);
  });

  it('have no map of an eye that is ungradable', () => {
    const dark = { left: [image('left', 1, null)], right: [RIGHT] };
    const [found, ...others] = explainedFindings(
      [finding('pair', 'patient', 'amd', 0.9)],
      [PAIR],
      dark,
      CHECKS,
    );
    expect([found?.image.laterality, others]).toEqual(['right', []]);
  });
});

describe('maps of an exam', () => {
  const REQUEST = { exam: EXAM, requestId: 'r1' };
  function making(explain: (pixels: Uint8Array) => Promise<{ side: number; values: Float32Array }[]>) {
    const stored = new Map<string, unknown>();
    const [counts, warnings] = [new Map<string, number>(), [] as string[]];
    const make = createMakeEvidenceMaps({
      thread: { explain },
      store: {
        put: async (key, content) => void stored.set(key, JSON.parse(Buffer.from(content).toString())),
      },
      model: 'm1',
      counters: { add: (name, count) => void counts.set(name, (counts.get(name) ?? 0) + count) },
      log: { info: () => undefined, warn: (text) => void warnings.push(text), error: () => undefined },
    });
    return { make, stored, counts, warnings };
  }
  const FINDINGS = explainedFindings(
    [
      finding('eye', 'left', 'amd', 0.9),
      finding('eye', 'right', 'amd', 0.9),
      finding('eye', 'right', 'myopia', 0.9),
    ],
    [EYE],
    EYES,
    CHECKS,
  );

  it('are stored beside their own images, with those that are withheld', async () => {
    const { make, stored, counts } = making(async ([number = 0]) => [
      { side: 2, values: Float32Array.of(0, number, -1, 2 * number) },
    ]);
    await make(REQUEST, FINDINGS);
    expect([...stored.keys()].map((key) => key.split('/').slice(4).join('/'))).toEqual([
      expect.stringMatching(/^left.*\/evidence-1-r1\.json$/),
      expect.stringMatching(/^right.*\/evidence-1-r1\.json$/),
    ]);
    const [left, right] = [...stored.values()].map((one) => evidenceMapsSchema.parse(one));
    expect([left?.sha256, right?.sha256]).toEqual([LEFT.image.sha256, RIGHT.image.sha256]);
    expect([...Buffer.from(left?.maps[0]?.values ?? '', 'base64')]).toEqual([0, 128, 0, 255]);
    expect([left?.withheld, right?.withheld.map(({ label }) => label)]).toEqual([[], ['myopia']]);
    expect(counts.get('EvidenceMapMade')).toBe(2);
  });

  it('are none where no finding is positive: nothing is computed or stored', async () => {
    const { make, stored, counts } = making(() => Promise.reject(new Error('asked')));
    await make(REQUEST, []);
    expect([stored.size, counts.size]).toEqual([0, 0]);
  });

  it('cost no exam its answer where they fail: it is counted and said', async () => {
    const { make, stored, counts, warnings } = making(() => Promise.reject(new Error('out of memory')));
    await make(REQUEST, FINDINGS);
    expect([stored.size, counts.get('EvidenceMapsFailed'), warnings.length]).toEqual([0, 1, 1]);
  });

  it('are withheld where nothing in the image speaks for the label', async () => {
    const { make, stored } = making(async () => [{ side: 1, values: Float32Array.of(-2) }]);
    await make(REQUEST, FINDINGS.slice(0, 1));
    const [left] = [...stored.values()].map((one) => evidenceMapsSchema.parse(one));
    expect([left?.maps, left?.withheld[0]?.why]).toEqual([[], 'no place of this image speaks for it']);
  });
});
