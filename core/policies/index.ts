export { explain, type OutcomeReason, outcomeReasonSchema, reasonText } from '../exams/outcome-reason.ts';
export { type Decision, type DecisionInput, decideOutcome, decisionIfLive } from './decide-outcome.ts';
export { speaksOfDisease } from './evidence.ts';
export { judgeFindings } from './judge-findings.ts';
export { DEFAULT_POLICY, type OutcomePolicy, outcomePolicySchema } from './outcome-policy.ts';
export { policyId } from './policy-id.ts';
