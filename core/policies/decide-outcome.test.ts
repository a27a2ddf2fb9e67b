import { describe, expect, it } from 'vitest';
import type { EyeResult } from '../exams/exam-result.ts';
import { FINDING_LEVELS, type ScoredFinding } from '../exams/finding.ts';
import { CHANGED_POLICIES } from '../testing/changed-policies.ts';
import { decideOutcome } from './decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from './outcome-policy.ts';
import { policyId } from './policy-id.ts';
import { BOTH, blurred, decide, finding, HEADS, HEALTHY, LEFT, RIGHT } from './testing/decided-exams.ts';

/** A photograph that shows the other eye, by the detector. */
function ofOtherEye(eye: EyeResult, detected: 'left' | 'right'): EyeResult {
  return { ...eye, laterality: { detected, confidence: 0.99, threshold: 0.9, suspect: true } };
}

describe('each part of a policy', () => {
  it.each(Object.entries(CHANGED_POLICIES))('decides: %s', (_, { policy, exam }) => {
    expect(decideOutcome(policy, exam).outcome).not.toBe(decideOutcome(DEFAULT_POLICY, exam).outcome);
    expect(policyId(policy)).not.toBe(policyId(DEFAULT_POLICY));
  });
});

describe('the default policy', () => {
  it('recalls a patient in whom heads looked for disease and found none', () => {
    expect(decide(HEALTHY)).toMatchObject({ outcome: 'recall', reasons: [] });
    expect(decide([...HEALTHY, finding('normal')]).outcome).toBe('recall');
  });

  it('refers on any positive finding, whatever else is normal', () => {
    expect(decide([finding('normal', 0.95), finding('glaucoma')]).outcome).toBe('refer');
  });

  it('refers at once where sight may be lost within days', () => {
    expect(decide([finding('glaucoma'), finding('retinal-detachment')]).outcome).toBe('refer-urgent');
  });

  it('takes a probability at its very threshold as positive, and one just below as negative', () => {
    expect(decide([finding('glaucoma', 0.5)]).outcome).toBe('refer');
    expect(decide([finding('glaucoma', 0.4999999)]).outcome).toBe('recall');
  });

  it.each(['left', 'right'] as const)('refers on a finding though the %s eye is ungradable', (eye) => {
    const eyes = { ...BOTH, [eye]: blurred(BOTH[eye]) };
    expect(decide([finding('glaucoma')], eyes).outcome).toBe('refer');
    const { outcome, reasons } = decide(HEALTHY, eyes);
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([
      { outcome: 'ungradable', because: 'ungradable-eye', eye, reason: 'out-of-focus' },
    ]);
  });

  it.each(['left', 'right'] as const)('does not clear a patient whose %s eye is missing', (eye) => {
    const { outcome, reasons } = decide(HEALTHY, { ...BOTH, [eye]: null });
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([{ outcome: 'ungradable', because: 'missing-eye', eye }]);
  });
});

describe('a policy', () => {
  it('calls for nothing where no rule is about a finding', () => {
    const rules: OutcomePolicy['rules'] = [{ label: 'amd', outcome: 'refer' }];
    expect(decide([finding('myopia'), finding('amd', 0.1)], BOTH, { rules })).toMatchObject({
      ...{ outcome: 'recall', reasons: [] },
    });
  });

  it('applies the first rule that fits by label, head, level and probability', () => {
    const rules: OutcomePolicy['rules'] = [
      { label: 'amd', head: 'eyes', level: 'left', minimumProbability: 0.8, outcome: 'refer-urgent' },
      { label: 'amd', outcome: 'refer' },
    ];
    const by = (change: Partial<ScoredFinding>) =>
      decide([{ ...finding('amd', 0.9, 'left'), ...change }], BOTH, { rules }).outcome;
    expect(by({})).toBe('refer-urgent');
    expect(by({ probability: 0.79 })).toBe('refer');
    expect(by({ head: 'other' })).toBe('refer');
    for (const level of FINDING_LEVELS.slice(1)) expect(by({ level })).toBe('refer');
  });

  it.each([
    ['flag', HEALTHY, 'recall'],
    ['flag', [finding('glaucoma')], 'refer'],
    ['ungradable', HEALTHY, 'ungradable'],
    ['ungradable', [finding('glaucoma')], 'refer'],
    ['refer', HEALTHY, 'refer'],
    ['refer', [finding('retinal-detachment')], 'refer-urgent'],
  ] as const)('that makes of a photograph of the other eye: %s', (lateralitySuspect, findings, outcome) => {
    expect(
      decide(findings, { ...BOTH, left: ofOtherEye(LEFT, 'right') }, { lateralitySuspect }).outcome,
    ).toBe(outcome);
    expect(
      decide(findings, { ...BOTH, right: ofOtherEye(RIGHT, 'left') }, { lateralitySuspect }).outcome,
    ).toBe(outcome);
  });

  it.each([
    ['flag', 'recall'],
    ['ungradable', 'ungradable'],
    ['refer', 'refer'],
  ] as const)('that makes of a doubt about whose photographs these are: %s', (identityDoubt, outcome) => {
    const policy = { ...DEFAULT_POLICY, identityDoubt };
    const doubts = ['the same content is stored for patient P9'];
    const input = { eyes: BOTH, heads: HEADS, findings: HEALTHY };
    expect(decideOutcome(policy, { ...input, doubts }).outcome).toBe(outcome);
    expect(decideOutcome(policy, input).outcome).toBe('recall');
  });

  it.each([
    ['flag', 'recall'],
    ['ungradable', 'ungradable'],
    ['refer', 'refer'],
  ] as const)(
    'that makes of a photograph that shows another field than it was named: %s',
    (fieldDoubtful, outcome) => {
      const images = LEFT.images.map((image) => ({
        ...image,
        ...({ field: 'macula', fieldFrom: 'named', fieldSeen: 'disc' } as const),
      }));
      const { reasons, ...decision } = decide(
        HEALTHY,
        { ...BOTH, left: { ...LEFT, images } },
        { fieldDoubtful },
      );
      expect(decision.outcome).toBe(outcome);
      expect(reasons).toEqual(
        outcome === 'recall' ? [] : [{ outcome, because: 'field-doubtful', eye: 'left' }],
      );
    },
  );

  it.each([
    ['flag', 'recall'],
    ['ungradable', 'ungradable'],
    ['refer', 'refer'],
  ] as const)('that makes of a photograph unlike those of training: %s', (unlikeTraining, outcome) => {
    const images = LEFT.images.map((image) => ({ ...image, unlikeTraining: true as const }));
    const odd = { ...BOTH, left: { ...LEFT, images } };
    expect(decide(HEALTHY, odd, { unlikeTraining }).outcome).toBe(outcome);
    expect(decide(HEALTHY, odd, { unlikeTraining }).reasons).toEqual(
      outcome === 'recall' ? [] : [{ outcome, because: 'unlike-training', eye: 'left' }],
    );
    expect(decide(HEALTHY, BOTH, { unlikeTraining }).outcome).toBe('recall');
  });

  it.each([
    [{}, 'refer'],
    [{ mediaOpacity: 'refer' }, 'refer'],
    [{ mediaOpacity: 'ungradable' }, 'ungradable'],
    [{ mediaOpacity: 'ungradable', ungradableEye: 'refer' }, 'refer'],
  ] as const)('that says %j of an eye with hazy media: %s', (change, outcome) => {
    for (const eye of ['left', 'right'] as const) {
      const hazy = blurred(BOTH[eye], 'media-opacity');
      const decision = decide(HEALTHY, { ...BOTH, [eye]: hazy }, change);
      expect(decision.outcome).toBe(outcome);
      expect(decision.reasons).toEqual([
        { outcome, because: 'ungradable-eye', eye, reason: 'media-opacity' },
      ]);
    }
  });

  it('refers for hazy media in one image, though the eye has another that is out of focus', () => {
    const hazy = blurred(LEFT, 'media-opacity').images;
    const left = { ...blurred(LEFT), images: [...blurred(LEFT).images, ...hazy] };
    expect(decide(HEALTHY, { ...BOTH, left }).outcome).toBe('refer');
    // A gradable image of the eye is assessed, and the hazy one beside it says nothing more.
    expect(decide(HEALTHY, { ...BOTH, left: { ...LEFT, images: [...LEFT.images, ...hazy] } }).outcome).toBe(
      'recall',
    );
  });

  it('never recalls a patient with hazy media, and refers at once where a finding says so', () => {
    const right = blurred(RIGHT, 'media-opacity');
    const urgent = decide([finding('retinal-detachment')], { ...BOTH, right });
    expect(urgent.outcome).toBe('refer-urgent');
    for (const mediaOpacity of ['ungradable', 'refer'] as const)
      expect(decide(HEALTHY, { left: null, right }, { mediaOpacity, missingEye: 'recall' }).outcome).toBe(
        mediaOpacity,
      );
  });

  it('does nothing about a photograph whose label is not contradicted', () => {
    const laterality = { detected: 'right', confidence: 0.6, threshold: 0.9, suspect: false } as const;
    const eyes = { left: { ...LEFT, laterality }, right: RIGHT };
    expect(decide(HEALTHY, eyes, { lateralitySuspect: 'refer' }).outcome).toBe('recall');
  });
});

describe("a policy's own thresholds", () => {
  const amd = [finding('amd', 0.4, 'left'), finding('amd', 0.1, 'right')];

  it('make positive what the head would not, and negative what it would', () => {
    const lower = decide(amd, BOTH, { thresholds: [{ head: 'eyes', label: 'amd', threshold: 0.4 }] });
    expect(lower.outcome).toBe('refer');
    expect(lower.findings[0]).toMatchObject({ threshold: 0.4, headThreshold: 0.5, positive: true });
    const higher = decide([finding('amd', 0.9)], BOTH, {
      thresholds: [{ head: 'odir', label: 'amd', threshold: 0.91 }],
    });
    expect(higher.outcome).toBe('recall');
    expect(higher.findings[0]).toMatchObject({ threshold: 0.91, headThreshold: 0.5, positive: false });
  });

  it.each([
    ['another head', { head: 'odir', label: 'amd' }],
    ['another label', { head: 'eyes', label: 'glaucoma' }],
    ['the other eye', { head: 'eyes', label: 'amd', level: 'right' }],
    ['an earlier head of the name', { head: 'eyes', label: 'amd', headId: 'eyes-0' }],
  ] as const)('for %s change nothing', (_, own) => {
    const { outcome, findings } = decide(amd, BOTH, { thresholds: [{ ...own, threshold: 0.2 }] });
    expect(outcome).toBe('recall');
    expect(findings[0]).toMatchObject({ threshold: 0.5, positive: false });
    expect(findings[0]).not.toHaveProperty('headThreshold');
  });

  it('are said not to apply where the head is another than they were chosen for', () => {
    const own = { head: 'eyes', label: 'amd', threshold: 0.2 };
    const flagsBy = (headId: string) => decide(amd, BOTH, { thresholds: [{ ...own, headId }] }).flags;
    expect(flagsBy('eyes-0')).toEqual(['policy-thresholds-not-applied']);
    expect(flagsBy('eyes-1')).toEqual([]);
  });

  it('are forgotten by a policy that has none: the head speaks for itself again', () => {
    const { findings } = decide(amd, BOTH, {
      thresholds: [{ head: 'eyes', label: 'amd', threshold: 0.05 }],
    });
    expect(findings.map(({ positive }) => positive)).toEqual([true, true]);
    const again = decideOutcome(DEFAULT_POLICY, { eyes: BOTH, heads: HEADS, findings });
    expect(again.outcome).toBe('recall');
    expect(again.findings.map(({ threshold }) => threshold)).toEqual([0.5, 0.5]);
  });
});
