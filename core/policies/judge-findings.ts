import type { HeadReference } from '../activation/active-model.ts';
import type { Finding, ScoredFinding } from '../exams/finding.ts';
import type { OutcomePolicy, PolicyThreshold } from './outcome-policy.ts';

/** A finding as it was scored, or as another policy judged it before. */
export type JudgeableFinding = ScoredFinding & Pick<Partial<Finding>, 'headThreshold'>;

function fits(own: PolicyThreshold, finding: ScoredFinding, heads: readonly HeadReference[]): boolean {
  return (
    own.head === finding.head &&
    own.label === finding.label &&
    (own.level === undefined || own.level === finding.level) &&
    (own.headId === undefined || heads.some(({ name, id }) => name === own.head && id === own.headId))
  );
}

/**
 * Says of each finding whether it reaches its threshold: the policy's where it has one, else the head's. Nothing else
 * decides what is positive.
 *
 * @param heads the heads that scored them: a policy's threshold may be meant for one head only
 */
export function judgeFindings(
  policy: Pick<OutcomePolicy, 'thresholds'>,
  heads: readonly HeadReference[],
  findings: readonly JudgeableFinding[],
): Finding[] {
  return findings.map(({ level, image, head, label, probability, threshold: scored, headThreshold }) => {
    const finding = { level, image, head, label, probability, threshold: headThreshold ?? scored };
    const own = policy.thresholds.find((candidate) => fits(candidate, finding, heads));
    if (own === undefined) return { ...finding, positive: probability >= finding.threshold };
    const { threshold } = own;
    return {
      ...finding,
      threshold,
      headThreshold: finding.threshold,
      positive: probability >= threshold,
    };
  });
}

/** Whether a policy has thresholds for other heads of the same name than these: they were not applied. */
export function hasStaleThresholds(
  policy: Pick<OutcomePolicy, 'thresholds'>,
  heads: readonly HeadReference[],
): boolean {
  return policy.thresholds.some(
    ({ head, headId }) =>
      headId !== undefined && !heads.some(({ name, id }) => name === head && id === headId),
  );
}
