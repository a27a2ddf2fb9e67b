import { expect, it } from 'vitest';
import { decideOutcome } from '../policies/decide-outcome.ts';
import { DEFAULT_POLICY } from '../policies/outcome-policy.ts';
import { gradableEye, imageVersion } from '../testing/records.ts';
import { explain } from './outcome-reason.ts';

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
