import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EyeResult } from '../exams/exam-result.ts';
import { eyeResultOf } from '../exams/eye-result.ts';
import type { Field } from '../exams/field.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';
import { decideOutcome } from './decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from './outcome-policy.ts';
import {
  BOTH,
  blurred,
  decide,
  finding,
  HEADS,
  HEALTHY,
  LEFT,
  ofField,
  RIGHT,
} from './testing/decided-exams.ts';

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
