import { z } from 'zod';
import { type Outcome, REFERRAL_OUTCOMES } from '../../core/exams/outcome.ts';
import { wilsonInterval } from '../evaluation/metrics/index.ts';
import { countOf, type PatientKind, patientOutcomes } from './patient-outcomes.ts';
import type { PolicyCohort } from './policy-cohort.ts';

const share = z.number().min(0).max(1);
const intervalSchema = z.object({ low: z.number(), high: z.number() }).strict();

/** A share of patients with its 95 % interval; `null` where there are no patients. */
const shareSchema = z.object({ value: share, interval: intervalSchema }).strict().nullable();
export type Share = z.infer<typeof shareSchema>;

/** What becomes of patients of one kind. The shares sum to 1. */
const fateSchema = z
  .object({
    patients: z.number().int().nonnegative(),
    /** Of the sick: missed. Of the healthy: cleared. */
    recall: shareSchema,
    referred: shareSchema,
    /** An eye could not be judged: photograph again. */
    ungradable: shareSchema,
    notAssessed: shareSchema,
  })
  .strict();
export type Fate = Readonly<z.infer<typeof fateSchema>>;

/** A policy's figures in a cohort. */
export const operatingPointSchema = z
  .object({
    /** All who are to be referred. */
    sick: fateSchema,
    /** Those with each disease; who has two is in both. */
    diseases: z.record(z.string(), fateSchema),
    healthy: fateSchema,
  })
  .strict();
export type OperatingPoint = Readonly<z.infer<typeof operatingPointSchema>>;

function fateOf(cohort: PolicyCohort, kind: PatientKind, rounds: readonly (readonly Outcome[])[]): Fate {
  const found = patientOutcomes(cohort, kind, rounds);
  const { patients } = found;
  const part = (...outcomes: readonly Outcome[]): Share => {
    // A sum of twentieths may end a bit beyond the whole.
    const count = Math.min(patients, countOf(found, ...outcomes));
    return patients === 0 ? null : { value: count / patients, interval: wilsonInterval(count, patients) };
  };
  return {
    patients,
    recall: part('recall'),
    referred: part(...REFERRAL_OUTCOMES),
    ungradable: part('ungradable'),
    notAssessed: part('not-assessed'),
  };
}

/**
 * A policy's figures: of the sick, of those with each disease and of the healthy, how many end as what. Intervals are
 * Wilson's, of patients.
 *
 * @param rounds the outcome of every exam of the cohort: once, or of several rounds of cross-fitting, whose mean counts
 */
export function operatingPoint(
  cohort: PolicyCohort,
  rounds: readonly (readonly Outcome[])[],
): OperatingPoint {
  return {
    sick: fateOf(cohort, { disease: null }, rounds),
    diseases: Object.fromEntries(
      cohort.diseases.map((disease) => [disease, fateOf(cohort, { disease }, rounds)]),
    ),
    healthy: fateOf(cohort, 'healthy', rounds),
  };
}
