import { expect, it } from 'vitest';
import { DEFAULT_POLICY, policyId } from '../../core/policies/index.ts';
import { CHANGED_POLICIES } from '../../core/testing/changed-policies.ts';
import { policyText } from './policy-text.ts';

it.each(Object.entries(CHANGED_POLICIES))('the words of a policy say %s', (_, { policy }) => {
  const words = (one: typeof policy) => policyText(one).replace(policyId(one), '');
  expect(words(policy)).not.toBe(words(DEFAULT_POLICY));
});
