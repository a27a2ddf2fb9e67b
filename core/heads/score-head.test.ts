import { describe, expect, it } from 'vitest';
import { type ExamFeatures, pairOf } from '../exams/exam-features.ts';
import type { FindingLevel } from '../exams/finding.ts';
import type { Head } from './head.ts';
import { HeadScorer } from './score-head.ts';

/** Digits: with weights of powers of ten, a score spells the channels that were read, in their order. */
const LEFT = { visual: Float32Array.of(1, 2), mapped: Float32Array.of(3, 4) };
const RIGHT = { visual: Float32Array.of(5, 6), mapped: Float32Array.of(7, 8) };
const PATIENT = Float32Array.of(9, 1);
const BOTH: ExamFeatures = { left: LEFT, right: RIGHT, patient: PATIENT };
const ONLY_LEFT: ExamFeatures = { ...BOTH, right: null };
const ONLY_RIGHT: ExamFeatures = { ...BOTH, left: null };

function headOver(feature: Head['feature']): Head {
  const weights = feature === 'pair' ? [1000, 100, 10, 1] : [10, 1];
  const label = { name: 'amd', weights, bias: 0, threshold: 0.5, calibration: { kind: 'none' as const } };
  return {
    ...{ format: 1, name: 'h', feature, kind: 'multi-label', normalize: false, labels: [label] },
    ...{ trained: false, provenance: 'made up', intendedUse: 'tests' },
  };
}

/** Level and score of each finding; the score is read back from its probability, so weights are made small. */
function found(feature: Head['feature'], features: ExamFeatures): [FindingLevel, number][] {
  const scaled = headOver(feature);
  const small = scaled.labels.map((label) => ({ ...label, weights: label.weights.map((w) => w / 1000) }));
  return new HeadScorer({ ...scaled, labels: small } as Head)
    .score(features)
    .map(({ level, probability }) => [level, Math.round(1000 * Math.log(probability / (1 - probability)))]);
}

describe('the pair of both eyes', () => {
  it('has the left eye first', () => {
    expect([...pairOf(BOTH)]).toEqual([1, 2, 5, 6]);
  });

  it('takes a single eye for both', () => {
    expect([...pairOf(ONLY_LEFT)]).toEqual([1, 2, 1, 2]);
    expect([...pairOf(ONLY_RIGHT)]).toEqual([5, 6, 5, 6]);
  });

  it('of no eye is empty', () => {
    expect([...pairOf({ ...BOTH, left: null, right: null })]).toEqual([]);
  });
});

describe("a head's findings", () => {
  it.each<[Head['feature'], [FindingLevel, number][], [FindingLevel, number][], [FindingLevel, number][]]>([
    [
      'visual',
      [
        ['left', 12],
        ['right', 56],
      ],
      [['left', 12]],
      [['right', 56]],
    ],
    ['left', [['left', 34]], [['left', 34]], []],
    ['right', [['right', 78]], [], [['right', 78]]],
    ['pair', [['patient', 1256]], [['patient', 1212]], [['patient', 5656]]],
    ['patient', [['patient', 91]], [['patient', 91]], [['patient', 91]]],
  ])('over %s are of the eye that was read', (feature, both, onlyLeft, onlyRight) => {
    expect(found(feature, BOTH)).toEqual(both);
    expect(found(feature, ONLY_LEFT)).toEqual(onlyLeft);
    expect(found(feature, ONLY_RIGHT)).toEqual(onlyRight);
    expect(found(feature, { ...BOTH, left: null, right: null })).toEqual([]);
  });
});
