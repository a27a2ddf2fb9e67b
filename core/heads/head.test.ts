import { describe, expect, it } from 'vitest';
import type { ExamFeatures } from '../exams/exam-features.ts';
import { type Head, HeadError, headId, parseHead, refuseForeignHead } from './head.ts';
import { calibrate, gradeProbabilities, probabilitiesOf, shareLogits } from './probabilities.ts';
import { HeadScorer } from './score-head.ts';

const HEAD: Head = {
  format: 1,
  name: 'odir',
  feature: 'visual',
  kind: 'multi-label',
  normalize: false,
  labels: [
    { name: 'amd', weights: [1, 0], bias: 0, threshold: 0.5, calibration: { kind: 'none' } },
    { name: 'glaucoma', weights: [0, 2], bias: -1, threshold: 0.9, calibration: { kind: 'none' } },
  ],
  trained: false,
  provenance: 'made up',
  intendedUse: 'tests',
};
const LEFT = { visual: Float32Array.of(1, 2), mapped: Float32Array.of(3, 0) };
const RIGHT = { visual: Float32Array.of(-1, 0), mapped: Float32Array.of(0, 4) };
const BOTH: ExamFeatures = { left: LEFT, right: RIGHT, patient: Float32Array.of(0.5, 0.5) };
const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

function found(head: Head, features: ExamFeatures): string[] {
  return new HeadScorer(head)
    .score(features)
    .map(
      ({ level, label, probability, threshold }) =>
        `${level} ${label} ${probability.toFixed(4)} ${probability >= threshold}`,
    );
}

/** The same head over another feature, with as many weights as that needs. */
function over(feature: Head['feature'], weights: readonly number[]): Head {
  return { ...HEAD, feature, labels: [{ ...(HEAD.labels[0] as Head['labels'][0]), weights: [...weights] }] };
}

describe('a head', () => {
  it('over visual features finds in each eye', () => {
    expect(found(HEAD, BOTH)).toEqual([
      `left amd ${sigmoid(1).toFixed(4)} true`,
      `left glaucoma ${sigmoid(3).toFixed(4)} true`,
      `right amd ${sigmoid(-1).toFixed(4)} false`,
      `right glaucoma ${sigmoid(-1).toFixed(4)} false`,
    ]);
  });

  it.each<[Head['feature'], readonly number[], readonly string[]]>([
    ['left', [1, 1], [`left amd ${sigmoid(3).toFixed(4)} true`]],
    ['right', [1, 1], [`right amd ${sigmoid(4).toFixed(4)} true`]],
    ['patient', [1, 1], [`patient amd ${sigmoid(1).toFixed(4)} true`]],
    ['pair', [1, 1, 1, 1], [`patient amd ${sigmoid(2).toFixed(4)} true`]],
  ])('over %s reads that feature', (feature, weights, expected) => {
    expect(found(over(feature, weights), BOTH)).toEqual(expected);
  });

  it('finds nothing in an eye without features, and takes a single eye for both', () => {
    const single: ExamFeatures = { ...BOTH, right: null };
    expect(found(over('right', [1, 1]), single)).toEqual([]);
    expect(found(HEAD, single).every((finding) => finding.startsWith('left'))).toBe(true);
    expect(found(over('pair', [1, 0, 1, 0]), single)).toEqual([`patient amd ${sigmoid(2).toFixed(4)} true`]);
    expect(found(HEAD, { ...BOTH, left: null, right: null })).toEqual([]);
  });

  it('brings features to length 1 where it was made so', () => {
    const scaled = { ...BOTH, left: { ...LEFT, visual: Float32Array.of(100, 200) } };
    expect(found({ ...HEAD, normalize: true }, scaled)).toEqual(found({ ...HEAD, normalize: true }, BOTH));
    const zero = { ...BOTH, left: { ...LEFT, visual: new Float32Array(2) } };
    expect(found({ ...HEAD, normalize: true }, zero)[0]).toBe('left amd 0.5000 true');
  });

  it('of exclusive classes gives shares of 1', () => {
    const shares = new HeadScorer({ ...HEAD, kind: 'multi-class' })
      .score(BOTH)
      .filter(({ level }) => level === 'left');
    expect(shares.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(shares[1]?.probability).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3)), 12);
  });

  it('of grades that rise never finds a higher one more likely than a lower one', () => {
    const ordinal: Head = { ...HEAD, kind: 'ordinal', lowest: 'none' };
    const reached = new HeadScorer(ordinal).probabilities(LEFT.visual);
    expect(reached).toEqual([sigmoid(1), sigmoid(1)]);
    expect(new HeadScorer(ordinal).probabilities(Float32Array.of(2, 0))).toEqual([sigmoid(2), sigmoid(-1)]);
    expect(gradeProbabilities([0.75, 0.25])).toEqual([0.25, 0.5, 0.25]);
  });

  it('calls a probability at its threshold positive', () => {
    expect(found(HEAD, { ...BOTH, left: { ...LEFT, visual: new Float32Array(2) } })[0]).toBe(
      'left amd 0.5000 true',
    );
  });
});

describe('calibration', () => {
  it('by Platt scales the score', () => {
    expect(calibrate({ kind: 'platt', slope: 2, intercept: -1 }, 0.5)).toBe(0.5);
  });

  it('by isotonic regression interpolates and never leaves its ends', () => {
    const isotonic = {
      kind: 'isotonic',
      scores: [-1, 1, 1, 3],
      probabilities: [0.1, 0.2, 0.4, 0.8],
    } as const;
    const calibration = {
      ...isotonic,
      scores: [...isotonic.scores],
      probabilities: [...isotonic.probabilities],
    };
    expect([-9, -1, 0, 2, 3, 9].map((score) => calibrate(calibration, score))).toEqual([
      0.1,
      0.1,
      expect.closeTo(0.15),
      expect.closeTo(0.6),
      0.8,
      0.8,
    ]);
    // Where the curve jumps, the score itself still has the lower probability.
    expect([1, 1.000_001].map((score) => calibrate(calibration, score))).toEqual([
      expect.closeTo(0.2, 12),
      expect.closeTo(0.4, 5),
    ]);
  });

  it('of exclusive classes is each class by itself, against all the others', () => {
    // Shares of 1, 2 and 5 eighths: 1 against 7, 2 against 6, 5 against 3.
    const scores = [0, Math.log(2), Math.log(5)];
    const odds = shareLogits(scores).map(Math.exp);
    expect(odds).toEqual([1 / 7, 1 / 3, 5 / 3].map((value) => expect.closeTo(value, 12)));
    const labels = [
      { calibration: { kind: 'platt' as const, slope: 2, intercept: 0 } },
      { calibration: { kind: 'none' as const } },
      { calibration: { kind: 'platt' as const, slope: 1, intercept: Math.log(3) } },
    ];
    // Odds of 1 to 7 squared are 1 to 49; three times odds of 5 to 3 are 5 to 1.
    const expected = [1 / 50, 2 / 8, 5 / 6].map((value) => expect.closeTo(value, 12));
    expect(probabilitiesOf({ kind: 'multi-class', labels }, scores)).toEqual(expected);
  });

  it('of exclusive classes bears scores that no power can hold', () => {
    const scores = [0, 1_000, -1_000];
    expect(shareLogits(scores)).toEqual([-1_000, 1_000, -2_000]);
    const labels = scores.map(() => ({ calibration: { kind: 'none' as const } }));
    expect(probabilitiesOf({ kind: 'multi-class', labels }, scores)).toEqual([0, 1, 0]);
  });
});

describe('the file of a head', () => {
  const label = HEAD.labels[0] as Head['labels'][0];
  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /"odir\.json" is not JSON/],
    ['no labels', { ...HEAD, labels: [] }, /labels/],
    [
      'labels of two lengths',
      { ...HEAD, labels: [label, { ...label, name: 'x', weights: [1] }] },
      /"x" has 1 weights/,
    ],
    ['a label twice', { ...HEAD, labels: [label, label] }, /twice/],
    ['grades without a lowest', { ...HEAD, kind: 'ordinal' }, /does not name its lowest grade/],
    ['a lowest grade that is a label', { ...HEAD, kind: 'ordinal', lowest: 'amd' }, /lowest/],
    ['a lowest grade without grades', { ...HEAD, lowest: 'none' }, /ordinal heads/],
    ['a threshold above 1', { ...HEAD, labels: [{ ...label, threshold: 1.2 }] }, /threshold/],
    [
      'a calibration that falls',
      {
        ...HEAD,
        labels: [{ ...label, calibration: { kind: 'isotonic', scores: [1, 0], probabilities: [0, 1] } }],
      },
      /does not rise/,
    ],
    [
      'a slope below 0',
      { ...HEAD, labels: [{ ...label, calibration: { kind: 'platt', slope: -1, intercept: 0 } }] },
      /slope/,
    ],
    ['a name that leaves its folder', { ...HEAD, name: '../x' }, /name/],
  ])('with %s is refused', (_, content, reason) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parseHead(text, 'odir.json')).toThrow(reason);
    expect(() => parseHead(text, 'odir.json')).toThrow(HeadError);
  });

  const isotonic = (scores: readonly number[], probabilities: readonly number[]) =>
    JSON.stringify({
      ...HEAD,
      labels: [{ ...label, calibration: { kind: 'isotonic', scores, probabilities } }],
    });

  it.each<[readonly number[], readonly number[]]>([
    [
      [0, 2, 1],
      [0.1, 0.2, 0.3],
    ],
    [
      [0, 1, 2],
      [0.1, 0.3, 0.2],
    ],
    [
      [0, 1],
      [0.1, 0.2, 0.3],
    ],
    [
      [0, 1, 2],
      [0.1, 0.2],
    ],
  ])('with a calibration from %j to %j is refused, as it falls or ends early', (scores, probabilities) => {
    const text = isotonic(scores, probabilities);
    expect(() => parseHead(text, 'odir.json')).toThrow(/calibration of label "amd" does not rise/);
  });

  it.each<[readonly number[], readonly number[]]>([
    [[0], [0.5]],
    [
      [0, 1, 1, 3],
      [0.1, 0.1, 0.4, 0.4],
    ],
  ])('may have a calibration from %j to %j, which stays or rises', (scores, probabilities) => {
    const read = parseHead(isotonic(scores, probabilities), 'odir.json');
    expect(read.labels[0]?.calibration).toEqual({ kind: 'isotonic', scores, probabilities });
  });

  it('is read back, and named by its content', () => {
    expect(parseHead(JSON.stringify(HEAD), 'odir.json')).toEqual(HEAD);
    expect(headId(HEAD)).toMatch(/^[0-9a-f]{32}$/);
    expect(headId({ ...HEAD, provenance: 'else' })).not.toBe(headId(HEAD));
  });

  it('of another geometry is refused with both sizes', () => {
    expect(() => refuseForeignHead(HEAD, 512)).toThrow(/2 channels.*512/);
    expect(() => refuseForeignHead(over('pair', [1, 1, 1, 1]), 2)).not.toThrow();
  });

  it('is bound to a model only where both are named', () => {
    const [one, other] = ['ab'.repeat(32), 'cd'.repeat(32)];
    const bound: Head = { ...HEAD, model: one };
    expect(() => refuseForeignHead(bound, 2, one)).not.toThrow();
    expect(() => refuseForeignHead(bound, 2)).not.toThrow();
    expect(() => refuseForeignHead(HEAD, 2, other)).not.toThrow();
    expect(() => refuseForeignHead(bound, 2, other)).toThrow(
      'features of model abababababab…, but this one is cdcdcdcdcdcd…',
    );
  });
});
