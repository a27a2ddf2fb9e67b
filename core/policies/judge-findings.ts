import type { HeadReference } from '../activation/active-model.ts';
import { type Finding, NORMAL, type ScoredFinding } from '../exams/finding.ts';
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
  return findings.map((scored) => {
    const { level, image, head, label, probability, headThreshold, calibrated, alone } = scored;
    const finding = { level, image, head, label, probability, threshold: headThreshold ?? scored.threshold };
    const several = { ...(calibrated === undefined ? {} : { calibrated }), ...(alone ? { alone } : {}) };
    const own = policy.thresholds.find((candidate) => fits(candidate, finding, heads));
    if (own === undefined) return { ...finding, ...several, positive: probability >= finding.threshold };
    const { threshold } = own;
    return {
      ...finding,
      ...several,
      threshold,
      headThreshold: finding.threshold,
      positive: probability >= threshold,
    };
  });
}

/**
 * Keys of the images that alone speak of what their eye as a whole does not: one reaches the threshold that the mean of
 * several does not. Of `normal`, one stays below the threshold that the eye reaches.
 *
 * @example disagreeingImages({ ...finding, probability: 0.4, threshold: 0.5, positive: false, alone: [{ image, probability: 0.7 }] }) // [image]
 */
export function disagreeingImages({ label, threshold, positive, alone = [] }: Finding): string[] {
  const isNormal = label === NORMAL;
  if (positive !== isNormal) return [];
  return alone.filter((one) => one.probability >= threshold !== isNormal).map(({ image }) => image);
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
