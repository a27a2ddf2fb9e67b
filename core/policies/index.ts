export { type Decision, type DecisionInput, decideOutcome, decisionIfLive } from './decide-outcome.ts';
export { speaksOfDisease } from './evidence.ts';
export { judgeFindings } from './judge-findings.ts';
export { DEFAULT_POLICY, type OutcomePolicy, outcomePolicySchema } from './outcome-policy.ts';
export { explain, type OutcomeReason, outcomeReasonSchema, reasonText } from './outcome-reason.ts';
export { policyId } from './policy-id.ts';
