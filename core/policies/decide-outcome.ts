import type { HeadReference } from '../activation/active-model.ts';
import type { EyeResult } from '../exams/exam-result.ts';
import { hasDoubtfulField } from '../exams/eye-result.ts';
import type { Field } from '../exams/field.ts';
import type { Finding } from '../exams/finding.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import { fieldsNotShown } from '../exams/missing-fields.ts';
import { moreUrgent, OUTCOMES, type Outcome } from '../exams/outcome.ts';
import { findingReason, type OutcomeReason } from '../exams/outcome-reason.ts';
import type { UngradableReason } from '../exams/quality.ts';
import { concerns, speaksOfDisease } from './evidence.ts';
import {
  disagreeingImages,
  hasStaleThresholds,
  type JudgeableFinding,
  judgeFindings,
} from './judge-findings.ts';
import type { OutcomePolicy } from './outcome-policy.ts';

/**
 * Fields without which an eye cannot support `recall`: no gradable image of it shows them. A disc alone may still be a
 * reason to refer.
 */
function fieldsLackedBy(eye: Pick<EyeResult, 'images'>, fields: readonly Field[]): readonly Field[] {
  const gradable = eye.images.filter(({ quality }) => quality.gradable);
  return fieldsNotShown(
    [...new Set<Field>(['macula', ...fields])],
    gradable.map(({ field }) => field),
  );
}

/** What the policy needs of a result. */
export interface DecisionInput {
  readonly eyes: { readonly left: EyeResult | null; readonly right: EyeResult | null };
  /** The heads that scored the findings. */
  readonly heads: readonly HeadReference[];
  readonly findings: readonly JudgeableFinding[];
  /** What is in doubt about whose images these are. */
  readonly doubts?: readonly string[];
  /** Fields that the program's capture protocol asks of each eye, beside the macula. */
  readonly fields?: readonly Field[];
}

/** An outcome, the findings that it was decided by, and why. */
export interface Decision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** All that called for an outcome, the most urgent first. */
  readonly reasons: readonly OutcomeReason[];
  /** Remarks for the result. */
  readonly flags: readonly string[];
}

function reasonsOfFindings(policy: OutcomePolicy, findings: readonly Finding[]): OutcomeReason[] {
  return findings.flatMap((finding) => {
    if (!finding.positive) return [];
    const rule = policy.rules.find(
      (candidate) =>
        concerns(candidate, finding) && finding.probability >= (candidate.minimumProbability ?? 0),
    );
    return rule === undefined ? [] : [findingReason(rule.outcome, finding)];
  });
}

/**
 * What an ungradable eye calls for. Hazy media are a reason to refer by themselves, in any image of the eye: that another
 * image of it is out of focus clears nothing.
 */
function reasonOfUngradable(
  { ungradableEye, mediaOpacity = 'refer' }: OutcomePolicy,
  eye: Laterality,
  { images }: Pick<EyeResult, 'images'>,
  reason: UngradableReason,
): OutcomeReason {
  const isHazy = [reason, ...images.map(({ quality }) => quality.reason)].includes('media-opacity');
  if (!isHazy) return { outcome: ungradableEye, because: 'ungradable-eye', eye, reason };
  const outcome = moreUrgent(ungradableEye, mediaOpacity) as OutcomePolicy['ungradableEye'];
  return { outcome, because: 'ungradable-eye', eye, reason: 'media-opacity' };
}

/** What an eye calls for by itself: missing, ungradable, inadequate, of the other side, or looked at by no head. */
function reasonsOfEye(
  policy: OutcomePolicy,
  eye: Laterality,
  { eyes, fields = [] }: DecisionInput,
  findings: readonly Finding[],
): OutcomeReason[] {
  const result = eyes[eye];
  if (result === null) {
    return policy.missingEye === 'recall'
      ? []
      : [{ outcome: policy.missingEye, because: 'missing-eye', eye }];
  }
  const reasons: OutcomeReason[] = [];
  const { quality } = result;
  if (!quality.gradable) {
    reasons.push(reasonOfUngradable(policy, eye, result, quality.reason));
  } else {
    const lacked = fieldsLackedBy(result, fields);
    if (lacked.length > 0) {
      const field = result.images[0]?.field ?? null;
      // Without more the macula is meant, as before programs had protocols.
      const missing = lacked.join() === 'macula' ? {} : { missing: [...lacked] };
      reasons.push({ outcome: policy.ungradableEye, because: 'inadequate-eye', eye, field, ...missing });
    }
    const isAssessed = findings.some(
      (finding) => (finding.level === eye || finding.level === 'patient') && speaksOfDisease(policy, finding),
    );
    if (!isAssessed) reasons.push({ outcome: 'not-assessed', because: 'no-evidence', eye });
  }
  if (policy.lateralitySuspect !== 'flag' && result.laterality?.suspect === true)
    reasons.push({ outcome: policy.lateralitySuspect, because: 'laterality-suspect', eye });
  const { fieldDoubtful = 'flag' } = policy;
  if (fieldDoubtful !== 'flag' && result.images.some(hasDoubtfulField))
    reasons.push({ outcome: fieldDoubtful, because: 'field-doubtful', eye });
  const { unlikeTraining = 'flag' } = policy;
  if (unlikeTraining !== 'flag' && result.images.some((image) => image.unlikeTraining))
    reasons.push({ outcome: unlikeTraining, because: 'unlike-training', eye });
  return reasons;
}

/** Without any gradable eye an exam is ungradable at least, whatever the policy makes of missing eyes. */
function leastOutcome({ left, right }: DecisionInput['eyes']): Outcome {
  return [left, right].some((eye) => eye?.quality.gradable === true) ? 'recall' : 'ungradable';
}

/**
 * Decides an exam's outcome: the most urgent that any positive finding, any eye or any doubt calls for. `recall` needs
 * evidence: in each eye that the policy asks for, which is adequate (it has every field of the program's protocol), a head
 * looked for disease and found none. Where no head did, the exam is `not-assessed`; without a gradable eye it is `ungradable`, or what the policy makes of that.
 *
 * @example decideOutcome(DEFAULT_POLICY, output).outcome // 'refer'
 */
export function decideOutcome(policy: OutcomePolicy, input: DecisionInput): Decision {
  const { eyes, heads, doubts = [] } = input;
  const findings = judgeFindings(policy, input, input.findings);
  const { identityDoubt } = policy;
  const reasons: OutcomeReason[] = [
    ...reasonsOfFindings(policy, findings),
    ...LATERALITIES.flatMap((eye) => reasonsOfEye(policy, eye, input, findings)),
    ...(identityDoubt === 'flag'
      ? []
      : doubts.map((doubt) => ({ outcome: identityDoubt, because: 'identity-doubt' as const, doubt }))),
  ];
  const outcome = reasons.reduce<Outcome>(
    (most, reason) => moreUrgent(most, reason.outcome),
    leastOutcome(eyes),
  );
  return {
    outcome,
    findings,
    reasons: reasons.toSorted((a, b) => OUTCOMES.indexOf(b.outcome) - OUTCOMES.indexOf(a.outcome)),
    flags: [
      ...(hasStaleThresholds(policy, heads) ? ['policy-thresholds-not-applied'] : []),
      ...(findings.some((finding) => disagreeingImages(finding).length > 0) ? ['images-disagree'] : []),
    ],
  };
}

/**
 * What the outcome would be if tried heads were live: live heads of the same names give way to them.
 *
 * @param live the result that is live
 * @param heads the tried heads
 */
export function decisionIfLive(
  policy: OutcomePolicy,
  live: DecisionInput,
  heads: readonly HeadReference[],
  findings: readonly JudgeableFinding[],
): Decision {
  const names = new Set(heads.map(({ name }) => name));
  return decideOutcome(policy, {
    ...live,
    heads: [...live.heads.filter(({ name }) => !names.has(name)), ...heads],
    findings: [...live.findings.filter(({ head }) => !names.has(head)), ...findings],
  });
}
