import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type OutcomePolicy, outcomePolicySchema } from './outcome-policy.ts';
import { policyId } from './policy-id.ts';

describe('a policy', () => {
  it('of the first form is read as one without thresholds that flags every doubt', () => {
    const { schema: _, rules, ungradableEye, missingEye } = DEFAULT_POLICY;
    const earlier = { schema: 'outcome-policy/1', rules, ungradableEye, missingEye };
    const parsed = outcomePolicySchema.parse(earlier);
    expect(parsed).toMatchObject({ thresholds: [], lateralitySuspect: 'flag', identityDoubt: 'flag' });
    expect(policyId(parsed)).toBe(policyId(DEFAULT_POLICY));
  });

  it.each([
    ['no rules', { ...DEFAULT_POLICY, rules: [] }],
    ['an unknown outcome', { ...DEFAULT_POLICY, rules: [{ label: '*', outcome: 'ignore' }] }],
    ['an ungradable eye that is a recall', { ...DEFAULT_POLICY, ungradableEye: 'recall' }],
    [
      'a probability above 1',
      { ...DEFAULT_POLICY, rules: [{ label: '*', minimumProbability: 2, outcome: 'refer' }] },
    ],
    ['a photograph of the other eye that is a recall', { ...DEFAULT_POLICY, lateralitySuspect: 'recall' }],
    ['an unknown field', { ...DEFAULT_POLICY, mising: 'recall' }],
  ])('with %s is refused', (_, policy) => {
    expect(outcomePolicySchema.safeParse(policy).success).toBe(false);
  });

  it('is named by all that it decides by, in whatever order its fields are written', () => {
    const { rules, ...rest } = DEFAULT_POLICY;
    const reordered = outcomePolicySchema.parse({ ...rest, rules: JSON.parse(JSON.stringify(rules)) });
    expect(policyId(reordered)).toBe(policyId(DEFAULT_POLICY));
    expect(policyId({ ...DEFAULT_POLICY, name: 'screening' })).toBe(policyId(DEFAULT_POLICY));
    const threshold = { head: 'odir', label: 'amd', threshold: 0.3 };
    const others: Partial<OutcomePolicy>[] = [
      { missingEye: 'refer' },
      { ungradableEye: 'refer' },
      { lateralitySuspect: 'refer' },
      { identityDoubt: 'refer' },
      { rules: rules.slice(1) },
      { rules: rules.toReversed() },
      { thresholds: [threshold] },
      { thresholds: [{ ...threshold, threshold: 0.31 }] },
      { thresholds: [{ ...threshold, level: 'left' }] },
      { thresholds: [{ ...threshold, headId: 'odir-1' }] },
    ];
    const ids = others.map((change) => policyId({ ...DEFAULT_POLICY, ...change }));
    expect(new Set([policyId(DEFAULT_POLICY), ...ids]).size).toBe(others.length + 1);
  });
});
