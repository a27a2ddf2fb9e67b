import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FINDING_LEVELS } from '../exams/finding.ts';
import { outcomeSchema } from '../exams/outcome.ts';

/** What a positive finding leads to. The first rule that fits a finding decides for it. */
export const policyRuleSchema = z
  .object({
    /** A label, or `*` for every label. */
    label: z.string().min(1),
    /** Only findings of this head. */
    head: z.string().min(1).optional(),
    /** Only findings at this level. */
    level: z.enum(FINDING_LEVELS).optional(),
    /** Only findings at least as probable; 0 to 1. */
    minimumProbability: z.number().min(0).max(1).optional(),
    outcome: outcomeSchema.exclude(['ungradable']),
  })
  .strict();
export type PolicyRule = Readonly<z.infer<typeof policyRuleSchema>>;

/** How a program turns findings and quality into one outcome. */
export const outcomePolicySchema = z
  .object({
    schema: z.literal('outcome-policy/1'),
    rules: z.array(policyRuleSchema).min(1),
    /** Outcome of an exam with nothing to refer when an eye is ungradable. Never `recall`: ungradable is not negative. */
    ungradableEye: z.enum(['ungradable', 'refer']),
    /** The same when an eye has no photograph. `recall` is for programs that record why an eye is missing. */
    missingEye: z.enum(['ungradable', 'refer', 'recall']),
    /**
     * What becomes of an exam when a photograph shows the other eye than its label says: nothing beyond the flag, or at
     * least this outcome. Its findings may then stand at the wrong eye.
     */
    lateralitySuspect: z.enum(['flag', 'ungradable', 'refer']).default('flag'),
  })
  .strict();
export type OutcomePolicy = Readonly<z.infer<typeof outcomePolicySchema>>;

/** Refers on every positive finding but `normal`, and at once where sight may be lost within days. */
export const DEFAULT_POLICY: OutcomePolicy = {
  schema: 'outcome-policy/1',
  rules: [
    { label: 'normal', outcome: 'recall' },
    { label: 'proliferative-diabetic-retinopathy', outcome: 'refer-urgent' },
    { label: 'retinal-detachment', outcome: 'refer-urgent' },
    { label: 'central-retinal-artery-occlusion', outcome: 'refer-urgent' },
    { label: '*', outcome: 'refer' },
  ],
  ungradableEye: 'ungradable',
  missingEye: 'ungradable',
  lateralitySuspect: 'flag',
};

/** Names a policy by its content, so that a result says which one decided it. 16 hexadecimal digits. */
export function policyId(policy: OutcomePolicy): string {
  const rules = policy.rules.map((r) => [r.label, r.head, r.level, r.minimumProbability, r.outcome]);
  // A flag alone decides nothing: policies from before there were such flags keep their ids.
  const suspect = policy.lateralitySuspect === 'flag' ? [] : [policy.lateralitySuspect];
  const content = JSON.stringify([policy.schema, rules, policy.ungradableEye, policy.missingEye, ...suspect]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
