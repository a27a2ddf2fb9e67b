/** Diseases that `screening` promises something about by themselves. */
export const PROMISED = ['diabetic-retinopathy', 'glaucoma', 'cataract', 'amd', 'myopia'] as const;

/** The policies that ship, and the words by which `retclip policy fit` chooses each. */
export const NAMED_POLICIES = {
  screening: ['--miss', '0.1', '--label-miss', PROMISED.map((disease) => `${disease}=0.1`).join(',')],
  balanced: ['--youden'],
  triage: ['--refer-healthy', '0.1'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PolicyName = keyof typeof NAMED_POLICIES;
export const POLICY_NAMES = Object.keys(NAMED_POLICIES) as PolicyName[];
