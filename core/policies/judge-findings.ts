import type { HeadReference } from '../activation/active-model.ts';
import type { EyeResult } from '../exams/exam-result.ts';
import { type Finding, NORMAL, type ScoredFinding } from '../exams/finding.ts';
import { ruleOfLevel } from '../exams/measured-rule.ts';
import type { OutcomePolicy, PolicyThreshold } from './outcome-policy.ts';

/** A finding as it was scored, or as another policy judged it before. */
export type JudgeableFinding = ScoredFinding & Pick<Partial<Finding>, 'headThreshold' | 'calibratedBy'>;

/** What findings were made of: the heads that scored them, and the eyes whose images they read. */
export interface FindingSource {
  /** A policy's threshold may be meant for one head only. */
  readonly heads: readonly HeadReference[];
  /** A policy's threshold may be meant for eyes of two fields only. */
  readonly eyes: Readonly<Record<'left' | 'right', EyeResult | null>>;
}

function fits(own: PolicyThreshold, finding: ScoredFinding, heads: readonly HeadReference[]): boolean {
  return (
    own.head === finding.head &&
    own.label === finding.label &&
    (own.level === undefined || own.level === finding.level) &&
    (own.headId === undefined || heads.some(({ name, id }) => name === own.head && id === own.headId))
  );
}

/** The policy's threshold for a finding: one for the rule that it was made by, else one for any. */
function ownThreshold(
  { thresholds }: Pick<OutcomePolicy, 'thresholds'>,
  { heads, eyes }: FindingSource,
  finding: ScoredFinding,
): PolicyThreshold | undefined {
  const rule = ruleOfLevel(eyes, finding.level);
  const fitting = thresholds.filter((candidate) => fits(candidate, finding, heads));
  const byRule = fitting.find((candidate) => candidate.rule !== undefined && candidate.rule === rule);
  return byRule ?? fitting.find((candidate) => candidate.rule === undefined);
}

/**
 * Says of each finding whether it reaches its threshold: the policy's where it has one, else the head's. Nothing else
 * decides what is positive.
 */
export function judgeFindings(
  policy: Pick<OutcomePolicy, 'thresholds'>,
  source: FindingSource,
  findings: readonly JudgeableFinding[],
): Finding[] {
  return findings.map((scored) => {
    const { level, image, head, label, probability, headThreshold, calibratedBy, alone } = scored;
    const finding = { level, image, head, label, probability, threshold: headThreshold ?? scored.threshold };
    // As the head left it: another policy may have had a threshold for it.
    const calibrated = calibratedBy === 'policy' ? false : scored.calibrated;
    const own = ownThreshold(policy, source, finding);
    const isChosenForIt = calibrated === false && own?.rule !== undefined;
    const several = {
      ...(calibrated === undefined || isChosenForIt ? {} : { calibrated }),
      ...(isChosenForIt ? { calibratedBy: 'policy' as const } : {}),
      ...(alone ? { alone } : {}),
    };
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
