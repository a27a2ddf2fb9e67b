import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EyeResult } from '../exams/exam-result.ts';
import { FINDING_LEVELS, type Finding } from '../exams/finding.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';
import { imageVersion } from '../testing/records.ts';
import { decideOutcome, outcomeIfLive } from './decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy, outcomePolicySchema, policyId } from './outcome-policy.ts';

const GRADABLE: EyeResult = {
  image: imageVersion('left', 1),
  quality: { gradable: true, reason: null, measurements: {} },
};
const BLURRED: EyeResult = {
  image: imageVersion('right', 1),
  quality: { gradable: false, reason: 'out-of-focus', measurements: {} },
};
/** A photograph that shows the other eye, by the detector. */
const OTHER_EYE: EyeResult = {
  ...GRADABLE,
  laterality: { detected: 'right', confidence: 0.99, threshold: 0.9, suspect: true },
};
const BOTH = { left: GRADABLE, right: GRADABLE };

function finding(label: string, change: Partial<Finding> = {}): Finding {
  return {
    level: 'patient',
    head: 'odir',
    label,
    probability: 0.9,
    threshold: 0.5,
    positive: true,
    ...change,
  };
}

describe('the default policy', () => {
  it('recalls a patient without findings', () => {
    expect(decideOutcome(DEFAULT_POLICY, { eyes: BOTH, findings: [] })).toBe('recall');
    expect(decideOutcome(DEFAULT_POLICY, { eyes: BOTH, findings: [finding('normal')] })).toBe('recall');
  });

  it('refers on any positive finding, whatever else is normal', () => {
    const findings = [finding('normal'), finding('glaucoma')];
    expect(decideOutcome(DEFAULT_POLICY, { eyes: BOTH, findings })).toBe('refer');
  });

  it('does not refer on a negative finding', () => {
    const findings = [finding('glaucoma', { positive: false })];
    expect(decideOutcome(DEFAULT_POLICY, { eyes: BOTH, findings })).toBe('recall');
  });

  it('refers at once where sight may be lost within days', () => {
    const findings = [finding('glaucoma'), finding('retinal-detachment')];
    expect(decideOutcome(DEFAULT_POLICY, { eyes: BOTH, findings })).toBe('refer-urgent');
  });

  it('refers on a finding in one eye though the other is ungradable', () => {
    const eyes = { left: GRADABLE, right: BLURRED };
    expect(decideOutcome(DEFAULT_POLICY, { eyes, findings: [finding('glaucoma')] })).toBe('refer');
    expect(decideOutcome(DEFAULT_POLICY, { eyes, findings: [] })).toBe('ungradable');
  });

  it('does not clear a patient of whom an eye is missing', () => {
    expect(decideOutcome(DEFAULT_POLICY, { eyes: { left: GRADABLE, right: null }, findings: [] })).toBe(
      'ungradable',
    );
  });
});

describe('a policy', () => {
  it('never recalls without a gradable eye', () => {
    const eye = fc.oneof(
      fc.constant(null),
      fc.constantFrom(...UNGRADABLE_REASONS).map(
        (reason): EyeResult => ({
          ...BLURRED,
          quality: { gradable: false, reason, measurements: {} },
        }),
      ),
    );
    const policy = fc.record({
      schema: fc.constant('outcome-policy/1' as const),
      rules: fc.array(
        fc.record({ label: fc.constantFrom('*', 'normal'), outcome: fc.constantFrom('recall', 'refer') }),
        {
          minLength: 1,
        },
      ),
      ungradableEye: fc.constantFrom('ungradable', 'refer'),
      missingEye: fc.constantFrom('ungradable', 'refer', 'recall'),
    }) as fc.Arbitrary<OutcomePolicy>;
    const findings = fc.array(fc.constantFrom(finding('normal'), finding('glaucoma')));
    fc.assert(
      fc.property(policy, eye, eye, findings, (chosen, left, right, found) => {
        expect(decideOutcome(chosen, { eyes: { left, right }, findings: found })).not.toBe('recall');
      }),
    );
  });

  it('applies the first rule that fits by label, head, level and probability', () => {
    const policy: OutcomePolicy = {
      ...DEFAULT_POLICY,
      rules: [
        { label: 'amd', head: 'odir', level: 'left', minimumProbability: 0.8, outcome: 'refer-urgent' },
        { label: 'amd', outcome: 'recall' },
      ],
    };
    const decide = (change: Partial<Finding>) =>
      decideOutcome(policy, { eyes: BOTH, findings: [finding('amd', { level: 'left', ...change })] });
    expect(decide({})).toBe('refer-urgent');
    expect(decide({ probability: 0.79 })).toBe('recall');
    expect(decide({ head: 'other' })).toBe('recall');
    for (const level of FINDING_LEVELS.slice(1)) expect(decide({ level })).toBe('recall');
  });

  it.each([
    ['flag', [], 'recall'],
    ['flag', [finding('glaucoma')], 'refer'],
    ['ungradable', [], 'ungradable'],
    ['ungradable', [finding('glaucoma')], 'refer'],
    ['refer', [], 'refer'],
    ['refer', [finding('retinal-detachment')], 'refer-urgent'],
  ] as const)('that makes of a photograph of the other eye: %s', (lateralitySuspect, findings, outcome) => {
    const policy = { ...DEFAULT_POLICY, lateralitySuspect };
    for (const eyes of [
      { left: OTHER_EYE, right: GRADABLE },
      { left: GRADABLE, right: OTHER_EYE },
    ])
      expect(decideOutcome(policy, { eyes, findings })).toBe(outcome);
  });

  it('does nothing about a photograph whose label is not contradicted', () => {
    const unsure = { ...OTHER_EYE, laterality: { ...OTHER_EYE.laterality, confidence: 0.6, suspect: false } };
    const eyes = { left: unsure as EyeResult, right: GRADABLE };
    expect(decideOutcome({ ...DEFAULT_POLICY, lateralitySuspect: 'refer' }, { eyes, findings: [] })).toBe(
      'recall',
    );
  });

  it('from before there were laterality checks is read as one that flags, and keeps its id', () => {
    const { lateralitySuspect: _, ...earlier } = DEFAULT_POLICY;
    const parsed = outcomePolicySchema.parse(earlier);
    expect(parsed.lateralitySuspect).toBe('flag');
    expect(policyId(parsed)).toBe('65eee46112bb8f97');
    expect(policyId({ ...parsed, lateralitySuspect: 'refer' })).not.toBe(policyId(parsed));
  });

  it.each([
    ['no rules', { ...DEFAULT_POLICY, rules: [] }],
    ['an unknown outcome', { ...DEFAULT_POLICY, rules: [{ label: '*', outcome: 'ignore' }] }],
    ['an ungradable eye that is a recall', { ...DEFAULT_POLICY, ungradableEye: 'recall' }],
    [
      'a probability above 1',
      { ...DEFAULT_POLICY, rules: [{ label: '*', minimumProbability: 2, outcome: 'refer' }] },
    ],
    ['a photograph of the other eye that is a recall', { ...DEFAULT_POLICY, lateralitySuspect: 'recall' }],
    ['an unknown field', { ...DEFAULT_POLICY, mising: 'recall' }],
  ])('with %s is refused', (_, policy) => {
    expect(outcomePolicySchema.safeParse(policy).success).toBe(false);
  });

  it('is named by its content', () => {
    const reparsed = outcomePolicySchema.parse(JSON.parse(JSON.stringify(DEFAULT_POLICY)));
    expect(policyId(reparsed)).toBe(policyId(DEFAULT_POLICY));
    expect(policyId({ ...DEFAULT_POLICY, missingEye: 'refer' })).not.toBe(policyId(DEFAULT_POLICY));
  });
});

describe('the outcome if tried heads were live', () => {
  const live = { eyes: BOTH, findings: [finding('glaucoma'), finding('myopia', { head: 'other' })] };
  const negative = { positive: false, probability: 0.1 };

  it('is by the tried head in place of the live one of its name', () => {
    const found = [finding('glaucoma', negative)];
    const others = { eyes: BOTH, findings: [finding('glaucoma')] };
    expect(outcomeIfLive(DEFAULT_POLICY, others, [{ name: 'odir' }], found)).toBe('recall');
  });

  it('still counts what the other live heads find', () => {
    const found = [finding('glaucoma', negative)];
    expect(outcomeIfLive(DEFAULT_POLICY, live, [{ name: 'odir' }], found)).toBe('refer');
    expect(outcomeIfLive(DEFAULT_POLICY, live, [{ name: 'new' }], [])).toBe('refer');
  });
});
