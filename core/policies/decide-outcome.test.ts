import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EyeResult } from '../exams/exam-result.ts';
import { eyeResultOf } from '../exams/eye-result.ts';
import type { Field } from '../exams/field.ts';
import { FINDING_LEVELS, type ScoredFinding } from '../exams/finding.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';
import { CHANGED_POLICIES } from '../testing/changed-policies.ts';
import { type DecisionInput, decideOutcome } from './decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from './outcome-policy.ts';
import { policyId } from './policy-id.ts';
import { BOTH, finding, HEADS, HEALTHY, LEFT, RIGHT } from './testing/decided-exams.ts';

function blurred(eye: EyeResult): EyeResult {
  const quality = { gradable: false, reason: 'out-of-focus', measurements: {} } as const;
  return { ...eye, quality, images: eye.images.map((image) => ({ ...image, quality })) };
}

/** A photograph that shows the other eye, by the detector. */
function ofOtherEye(eye: EyeResult, detected: 'left' | 'right'): EyeResult {
  return { ...eye, laterality: { detected, confidence: 0.99, threshold: 0.9, suspect: true } };
}

function ofField(eye: EyeResult, field: Field): EyeResult {
  return { ...eye, images: eye.images.map((image) => ({ ...image, field })) };
}

function decide(
  findings: readonly ScoredFinding[],
  eyes: DecisionInput['eyes'] = BOTH,
  policy: Partial<OutcomePolicy> = {},
) {
  return decideOutcome({ ...DEFAULT_POLICY, ...policy }, { eyes, heads: HEADS, findings });
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

describe('recall needs evidence', () => {
  it('so without any head nothing is assessed', () => {
    const { outcome, reasons } = decideOutcome(DEFAULT_POLICY, { eyes: BOTH, heads: [], findings: [] });
    expect(outcome).toBe('not-assessed');
    expect(reasons).toEqual([
      { outcome: 'not-assessed', because: 'no-evidence', eye: 'left' },
      { outcome: 'not-assessed', because: 'no-evidence', eye: 'right' },
    ]);
  });

  it('and a head that only says normal is none', () => {
    expect(decide([finding('normal', 0.99)]).outcome).toBe('not-assessed');
  });

  it.each([
    ['left', 'right'],
    ['right', 'left'],
  ] as const)('in each eye: a head of the %s eye says nothing of the other', (seen, unseen) => {
    const { outcome, reasons } = decide([finding('amd', 0.1, seen)]);
    expect(outcome).toBe('not-assessed');
    expect(reasons).toEqual([{ outcome: 'not-assessed', because: 'no-evidence', eye: unseen }]);
    expect(decide([finding('amd', 0.1, 'left'), finding('amd', 0.2, 'right')]).outcome).toBe('recall');
  });

  it('only of the eyes that the policy asks for', () => {
    const eyes = { left: LEFT, right: null };
    expect(decide([finding('amd', 0.1, 'left')], eyes, { missingEye: 'recall' })).toMatchObject({
      ...{ outcome: 'recall', reasons: [] },
    });
    expect(decide([finding('amd', 0.1, 'right')], eyes, { missingEye: 'recall' }).outcome).toBe(
      'not-assessed',
    );
  });

  it.each(['disc', 'other'] as const)('from an eye whose macula was seen, not its %s alone', (field) => {
    const eyes = { left: ofField(LEFT, 'macula'), right: ofField(RIGHT, field) };
    const { outcome, reasons } = decide(HEALTHY, eyes);
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([{ outcome: 'ungradable', because: 'inadequate-eye', eye: 'right', field }]);
    expect(decide([finding('glaucoma')], eyes).outcome).toBe('refer');
  });

  it('from an eye whose only photograph shows the disc, though nobody named its field', () => {
    const seen = eyeResultOf('right', [
      {
        ...{ image: RIGHT.image, field: null },
        facts: { quality: RIGHT.quality, detected: null, field: 'disc' },
      },
    ]);
    const { outcome, reasons } = decide(HEALTHY, { left: LEFT, right: seen });
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([
      { outcome: 'ungradable', because: 'inadequate-eye', eye: 'right', field: 'disc' },
    ]);
  });

  describe('of a program that photographs macula and disc, from an eye that shows both', () => {
    const fields = ['macula', 'disc'] as const;
    const shown = (eye: EyeResult, ...of: readonly (Field | null)[]): EyeResult => ({
      ...eye,
      images: of.map((field) => ({ image: `${field}.jpg`, field, quality: eye.quality })),
    });
    const right = shown(RIGHT, null, 'disc');
    const by = (left: EyeResult, found = HEALTHY) =>
      decideOutcome(DEFAULT_POLICY, { eyes: { left, right }, heads: HEADS, findings: found, fields });

    it('and a further field changes nothing', () => {
      expect(by(shown(LEFT, 'disc', 'macula', 'other'))).toMatchObject({ outcome: 'recall', reasons: [] });
    });

    it.each([
      ['disc', ['macula', 'other'], { missing: ['disc'] }],
      // As without a protocol.
      ['macula', ['disc'], {}],
      ['both', ['other'], { missing: ['macula', 'disc'] }],
    ] as const)('and not from one that lacks %s', (_, of, missing) => {
      const left = shown(LEFT, ...of);
      const { outcome, reasons } = by(left);
      expect(outcome).toBe('ungradable');
      expect(reasons).toEqual([
        { outcome: 'ungradable', because: 'inadequate-eye', eye: 'left', field: of[0], ...missing },
      ]);
      expect(by(left, [finding('glaucoma')]).outcome).toBe('refer');
    });

    it('and not from one whose disc is ungradable', () => {
      const [macula, disc] = shown(LEFT, 'macula', 'disc').images;
      if (macula === undefined || disc === undefined) throw new Error('Two are made.');
      const left = { ...LEFT, images: [macula, { ...disc, quality: blurred(LEFT).quality }] };
      expect(by(left).reasons).toMatchObject([{ because: 'inadequate-eye', eye: 'left', missing: ['disc'] }]);
    });
  });

  it('from an eye of which some image is known', () => {
    const { outcome, reasons } = decide(HEALTHY, { ...BOTH, right: { ...RIGHT, images: [] } });
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([
      { outcome: 'ungradable', because: 'inadequate-eye', eye: 'right', field: null },
    ]);
  });

  it('of a label that some rule refers: by the first rule that fits, whatever its probability', () => {
    const rules: OutcomePolicy['rules'] = [
      { label: 'other', outcome: 'recall' },
      { label: 'amd', minimumProbability: 0.8, outcome: 'recall' },
      { label: 'amd', outcome: 'refer' },
    ];
    expect(decide([finding('other', 0.1)], BOTH, { rules }).outcome).toBe('not-assessed');
    expect(decide([finding('amd', 0.1)], BOTH, { rules }).outcome).toBe('recall');
    expect(decide([finding('cataract', 0.1)], BOTH, { rules }).outcome).toBe('not-assessed');
  });

  it('never comes without a gradable eye', () => {
    const eye = fc.oneof(
      fc.constant(null),
      fc.constantFrom(...UNGRADABLE_REASONS).map(
        (reason): EyeResult => ({
          ...blurred(RIGHT),
          quality: { gradable: false, reason, measurements: {} },
        }),
      ),
    );
    const policy = fc.record({
      rules: fc.array(
        fc.record({ label: fc.constantFrom('*', 'normal'), outcome: fc.constantFrom('recall', 'refer') }),
        { minLength: 1 },
      ),
      ungradableEye: fc.constantFrom('ungradable', 'refer'),
      missingEye: fc.constantFrom('ungradable', 'refer', 'recall'),
    }) as fc.Arbitrary<Partial<OutcomePolicy>>;
    const findings = fc.array(fc.constantFrom(finding('normal'), finding('glaucoma'), finding('amd', 0.1)));
    fc.assert(
      fc.property(policy, eye, eye, findings, (chosen, left, right, found) => {
        expect(['recall', 'not-assessed']).not.toContain(decide(found, { left, right }, chosen).outcome);
      }),
    );
  });

  it('never comes of findings in which no disease was looked for, whatever the policy', () => {
    const eye = fc.constantFrom(null, LEFT, blurred(LEFT), ofField(LEFT, 'disc'));
    const missingEye = fc.constantFrom('ungradable' as const, 'refer' as const, 'recall' as const);
    const normal = fc.double({ min: 0, max: 1, noNaN: true }).map((p) => [finding('normal', p)]);
    fc.assert(
      fc.property(eye, eye, missingEye, fc.oneof(fc.constant([]), normal), (left, right, missing, found) => {
        expect(decide(found, { left, right }, { missingEye: missing }).outcome).not.toBe('recall');
      }),
    );
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
