export { type AssessedCohort, assessCohort, type CohortSource } from './assessed-cohort.ts';
export { PolicyError, TooFewPatientsError } from './errors.ts';
export { type ExpectedCounts, expectedCounts, type Population } from './expected-counts.ts';
export { decidedOutcomes, type FitPolicyOptions, type FittedPolicy, fitPolicy } from './fit-policy.ts';
export {
  type Fate,
  type OperatingPoint,
  operatingPoint,
  operatingPointSchema,
  type Share,
} from './operating-point.ts';
export { aimText, type PolicyAim } from './policy-aim.ts';
export { type PolicyFitReport, policyFitReportSchema } from './policy-report.ts';
