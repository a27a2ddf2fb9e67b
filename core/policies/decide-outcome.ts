import type { EyeResult } from '../exams/exam-result.ts';
import type { Finding } from '../exams/finding.ts';
import { moreUrgent, type Outcome } from '../exams/outcome.ts';
import type { OutcomePolicy, PolicyRule } from './outcome-policy.ts';

function fits(rule: PolicyRule, finding: Finding): boolean {
  return (
    (rule.label === '*' || rule.label === finding.label) &&
    (rule.head === undefined || rule.head === finding.head) &&
    (rule.level === undefined || rule.level === finding.level) &&
    finding.probability >= (rule.minimumProbability ?? 0)
  );
}

/** What the policy needs of a result. */
export interface DecisionInput {
  readonly eyes: { readonly left: EyeResult | null; readonly right: EyeResult | null };
  readonly findings: readonly Finding[];
}

/**
 * Decides an exam's outcome: the most urgent that any positive finding, any eye's quality or a photograph of the wrong eye calls for. Without a
 * gradable eye it is `ungradable` (or what the policy makes of that), never `recall`.
 *
 * @example decideOutcome(DEFAULT_POLICY, output) // 'refer'
 */
export function decideOutcome(policy: OutcomePolicy, input: DecisionInput): Outcome {
  let outcome: Outcome = 'recall';
  for (const finding of input.findings) {
    if (!finding.positive) continue;
    const rule = policy.rules.find((candidate) => fits(candidate, finding));
    if (rule !== undefined) outcome = moreUrgent(outcome, rule.outcome);
  }
  const eyes = [input.eyes.left, input.eyes.right];
  if (eyes.some((eye) => eye !== null && !eye.quality.gradable))
    outcome = moreUrgent(outcome, policy.ungradableEye);
  if (eyes.includes(null)) outcome = moreUrgent(outcome, policy.missingEye);
  if (policy.lateralitySuspect !== 'flag' && eyes.some((eye) => eye?.laterality?.suspect === true))
    outcome = moreUrgent(outcome, policy.lateralitySuspect);
  const anyGradable = eyes.some((eye) => eye?.quality.gradable === true);
  return anyGradable ? outcome : moreUrgent(outcome, 'ungradable');
}

/**
 * What the outcome would be if tried heads were live: live heads of the same names give way to them.
 *
 * @param live the result that is live
 */
export function outcomeIfLive(
  policy: OutcomePolicy,
  live: DecisionInput,
  heads: readonly { readonly name: string }[],
  findings: readonly Finding[],
): Outcome {
  const names = new Set(heads.map(({ name }) => name));
  const others = live.findings.filter(({ head }) => !names.has(head));
  return decideOutcome(policy, { eyes: live.eyes, findings: [...others, ...findings] });
}
