import { expect, it } from 'vitest';
import { decideOutcome } from '../policies/decide-outcome.ts';
import { DEFAULT_POLICY } from '../policies/outcome-policy.ts';
import { gradableEye, imageVersion } from '../testing/records.ts';
import { explain, findingReason, type OutcomeReason, reasonText } from './outcome-reason.ts';

const BOTH = {
  left: gradableEye(imageVersion('left', 1), 'left'),
  right: gradableEye(imageVersion('right', 1), 'right'),
};

function explained(eyes: Parameters<typeof decideOutcome>[1]['eyes'], ...found: [string, number, number][]) {
  const findings = found.map(([label, probability, threshold]) => ({
    level: 'patient' as const,
    image: null,
    head: 'odir',
    ...{ label, probability, threshold },
  }));
  const { outcome, reasons } = decideOutcome(DEFAULT_POLICY, { eyes, heads: [], findings });
  return explain(outcome, reasons);
}

it('says which finding refers, against which threshold, and what speaks against it', () => {
  expect(explained(BOTH, ['normal', 0.95, 0.5], ['diabetic-retinopathy', 0.44, 0.33])).toBe(
    'refer: diabetic-retinopathy 0.44, threshold 0.33 (patient, head odir); although normal 0.95, threshold 0.50 (patient, head odir)',
  );
});

it('gives as many digits as tell a probability from its threshold', () => {
  expect(explained(BOTH, ['amd', 0.3334, 0.3331])).toContain('amd 0.3334, threshold 0.3331');
});

it('says that every eye was assessed where nothing was found', () => {
  expect(explained(BOTH, ['amd', 0.1, 0.5])).toBe(
    'recall: every eye was assessed, and no finding of disease reaches its threshold',
  );
});

it('says which eye no head assessed, and which is missing besides a referral', () => {
  expect(explained(BOTH)).toBe(
    'not-assessed: no head assessed the left eye for disease; no head assessed the right eye for disease',
  );
  expect(explained({ ...BOTH, right: null }, ['amd', 0.9, 0.5])).toBe(
    'refer: amd 0.90, threshold 0.50 (patient, head odir); besides, the right eye has no photograph',
  );
});

it.each<readonly [OutcomeReason, string]>([
  [
    { outcome: 'ungradable', because: 'ungradable-eye', eye: 'left', reason: 'too-dark' },
    'the left eye is ungradable: too-dark',
  ],
  [{ outcome: 'ungradable', because: 'missing-eye', eye: 'right' }, 'the right eye has no photograph'],
  [
    { outcome: 'not-assessed', because: 'inadequate-eye', eye: 'left', field: 'disc' },
    'no photograph of the left eye shows its macula',
  ],
  [
    {
      outcome: 'ungradable',
      because: 'inadequate-eye',
      eye: 'right',
      field: 'macula',
      missing: ['disc', 'other'],
    },
    'no gradable photograph of the right eye shows its disc or another field',
  ],
  [
    { outcome: 'refer', because: 'laterality-suspect', eye: 'right' },
    'the photograph of the right eye seems to show the other eye',
  ],
  [
    { outcome: 'not-assessed', because: 'no-evidence', eye: 'left' },
    'no head assessed the left eye for disease',
  ],
  [
    { outcome: 'refer', because: 'identity-doubt', doubt: 'two days' },
    'it is in doubt whose photographs these are: two days',
  ],
])('names the eye or the doubt: %j', (reason, text) => {
  expect(reasonText(reason)).toBe(text);
});

it.each([
  ['patient', 0.9, 0.5, 'amd 0.90, threshold 0.50 (patient, head odir)'],
  ['left', 0.9, 0.5, 'amd 0.90, threshold 0.50 (left eye, head odir)'],
  // Equal: more digits would tell nothing.
  ['right', 0.5, 0.5, 'amd 0.50, threshold 0.50 (right eye, head odir)'],
  ['right', 0.335, 0.331, 'amd 0.34, threshold 0.33 (right eye, head odir)'],
  ['right', 0.33344, 0.33341, 'amd 0.33344, threshold 0.33341 (right eye, head odir)'],
  ['right', 0.3333312, 0.3333311, 'amd 0.3333312, threshold 0.3333311 (right eye, head odir)'],
] as const)(
  'says whose finding it is and how near: %s %f against %f',
  (level, probability, threshold, text) => {
    const reason = findingReason('refer', {
      ...{ level, image: null, head: 'odir', label: 'amd', probability, threshold, positive: true },
    });
    expect(reasonText(reason)).toBe(text);
  },
);

it('says what speaks against a referral last, and what calls for less before', () => {
  const finding = { level: 'left', head: 'odir', probability: 0.9, threshold: 0.5 } as const;
  expect(
    explain('refer', [
      { ...finding, outcome: 'recall', because: 'finding', label: 'normal' },
      { outcome: 'ungradable', because: 'missing-eye', eye: 'right' },
      { ...finding, outcome: 'refer', because: 'finding', label: 'amd' },
      { ...finding, outcome: 'refer', because: 'finding', label: 'glaucoma' },
    ]),
  ).toBe(
    'refer: amd 0.90, threshold 0.50 (left eye, head odir); glaucoma 0.90, threshold 0.50 (left eye, head odir); besides, the right eye has no photograph; although normal 0.90, threshold 0.50 (left eye, head odir)',
  );
});
