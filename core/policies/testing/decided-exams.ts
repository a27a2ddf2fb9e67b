import type { EyeResult } from '../../exams/exam-result.ts';
import type { Field } from '../../exams/field.ts';
import type { FindingLevel, ScoredFinding } from '../../exams/finding.ts';
import type { UngradableReason } from '../../exams/quality.ts';
import { gradableEye, imageVersion } from '../../testing/records.ts';
import { type DecisionInput, decideOutcome } from '../decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from '../outcome-policy.ts';

export const LEFT = gradableEye(imageVersion('left', 1), 'left');
export const RIGHT = gradableEye(imageVersion('right', 1), 'right');
export const BOTH = { left: LEFT, right: RIGHT };
export const HEADS = [
  { name: 'odir', id: 'odir-1' },
  { name: 'eyes', id: 'eyes-1' },
];

/** What a head found: of the patient by head "odir", of an eye by head "eyes". */
export function finding(label: string, probability = 0.9, level: FindingLevel = 'patient'): ScoredFinding {
  const head = level === 'patient' ? 'odir' : 'eyes';
  return { level, image: null, head, label, probability, threshold: 0.5 };
}

/** Nothing found by a head that looked for a disease in both eyes. */
export const HEALTHY = [finding('glaucoma', 0.1)];

/** The eye, out of focus. */
export function blurred(eye: EyeResult, reason: UngradableReason = 'out-of-focus'): EyeResult {
  const quality = { gradable: false, reason, measurements: {} } as const;
  return { ...eye, quality, images: eye.images.map((image) => ({ ...image, quality })) };
}

/** The eye by photographs of another field. */
export function ofField(eye: EyeResult, field: Field): EyeResult {
  return { ...eye, images: eye.images.map((image) => ({ ...image, field })) };
}

/** What a policy makes of findings: the default one where nothing else is told. */
export function decide(
  findings: readonly ScoredFinding[],
  eyes: DecisionInput['eyes'] = BOTH,
  policy: Partial<OutcomePolicy> = {},
) {
  return decideOutcome({ ...DEFAULT_POLICY, ...policy }, { eyes, heads: HEADS, findings });
}
