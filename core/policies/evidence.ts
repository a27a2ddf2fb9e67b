import type { ScoredFinding } from '../exams/finding.ts';
import { isReferral } from '../exams/outcome.ts';
import type { OutcomePolicy, PolicyRule } from './outcome-policy.ts';

/** Whether a rule is about findings like this one, whatever their probability. */
export function concerns(
  rule: PolicyRule,
  { label, head, level }: Pick<ScoredFinding, 'label' | 'head' | 'level'>,
): boolean {
  return (
    (rule.label === '*' || rule.label === label) &&
    (rule.head === undefined || rule.head === head) &&
    (rule.level === undefined || rule.level === level)
  );
}

/**
 * Whether a finding speaks of disease: had it been positive, and probable enough, it would have sent the patient on. So
 * where it is negative it is evidence of health. `normal` is none: without a head that looks for disease, a patient who
 * seems normal has not been assessed.
 *
 * @example speaksOfDisease(DEFAULT_POLICY, { label: 'normal', head: 'odir', level: 'patient' }) // false
 */
export function speaksOfDisease(
  policy: Pick<OutcomePolicy, 'rules'>,
  finding: Pick<ScoredFinding, 'label' | 'head' | 'level'>,
): boolean {
  for (const rule of policy.rules) {
    if (!concerns(rule, finding)) continue;
    if (isReferral(rule.outcome)) return true;
    // Whatever its probability, a finding gets no further than a rule without a minimum.
    if ((rule.minimumProbability ?? 0) === 0) return false;
  }
  return false;
}
