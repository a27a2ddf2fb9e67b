import type { EyeResult } from '../exams/exam-result.ts';
import type { ScoredFinding } from '../exams/finding.ts';
import type { DecisionInput } from '../policies/decide-outcome.ts';
import { DEFAULT_POLICY, type OutcomePolicy } from '../policies/outcome-policy.ts';
import { gradableEye, imageVersion } from './records.ts';

/** What a policy decides by: everything but its form and its name. */
export type PolicyPart = Exclude<keyof OutcomePolicy, 'schema' | 'name'>;

/** The default policy with one part changed, and an exam that the changed policy decides differently. */
export interface ChangedPolicy {
  readonly policy: OutcomePolicy;
  readonly exam: DecisionInput;
}

const LEFT = gradableEye(imageVersion('left', 1), 'left');
const RIGHT = gradableEye(imageVersion('right', 1), 'right');
const BLURRED: EyeResult = {
  ...RIGHT,
  quality: { gradable: false, reason: 'out-of-focus', measurements: {} },
};
const HAZY: EyeResult = {
  ...RIGHT,
  quality: { gradable: false, reason: 'media-opacity', measurements: {} },
};
const SWAPPED: EyeResult = {
  ...RIGHT,
  laterality: { detected: 'left', confidence: 0.99, threshold: 0.9, suspect: true },
};

const OTHER_FIELD: EyeResult = {
  ...RIGHT,
  images: RIGHT.images.map((image) => ({
    ...image,
    ...({ field: 'macula', fieldFrom: 'named', fieldSeen: 'disc' } as const),
  })),
};

const UNLIKE: EyeResult = {
  ...RIGHT,
  images: RIGHT.images.map((image) => ({ ...image, unlikeTraining: true as const })),
};

function glaucoma(probability: number): ScoredFinding {
  return { level: 'patient', image: null, head: 'odir', label: 'glaucoma', probability, threshold: 0.5 };
}

function exam(right: EyeResult | null, finding = glaucoma(0.1)): DecisionInput {
  return { eyes: { left: LEFT, right }, heads: [{ name: 'odir', id: 'odir-1' }], findings: [finding] };
}

function changed(change: Partial<OutcomePolicy>, of: DecisionInput): ChangedPolicy {
  return { policy: { ...DEFAULT_POLICY, ...change }, exam: of };
}

/** One for each part: a new part of the policy does not compile until it has its line here. */
export const CHANGED_POLICIES: Readonly<Record<PolicyPart, ChangedPolicy>> = {
  rules: changed({ rules: [{ label: '*', outcome: 'refer-urgent' }] }, exam(RIGHT, glaucoma(0.9))),
  thresholds: changed({ thresholds: [{ head: 'odir', label: 'glaucoma', threshold: 0.05 }] }, exam(RIGHT)),
  ungradableEye: changed({ ungradableEye: 'refer' }, exam(BLURRED)),
  mediaOpacity: changed({ mediaOpacity: 'ungradable' }, exam(HAZY)),
  missingEye: changed({ missingEye: 'refer' }, exam(null)),
  lateralitySuspect: changed({ lateralitySuspect: 'refer' }, exam(SWAPPED)),
  identityDoubt: changed({ identityDoubt: 'refer' }, { ...exam(RIGHT), doubts: ['same-content'] }),
  unlikeTraining: changed({ unlikeTraining: 'refer' }, exam(UNLIKE)),
  fieldDoubtful: changed({ fieldDoubtful: 'refer' }, exam(OTHER_FIELD)),
};
