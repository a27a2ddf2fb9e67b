import { type Outcome, REFERRAL_OUTCOMES } from '../../core/exams/outcome.ts';
import { percentileInterval } from '../evaluation/bootstrap/interval.ts';
import { PatientResamples } from '../evaluation/bootstrap/resample-patients.ts';
import { type PatientOutcomes, patientOutcomes } from './patient-outcomes.ts';
import type { PolicyCohort } from './policy-cohort.ts';

/** People of whom some share has disease. */
export interface Population {
  readonly people: number;
  /** Share with disease, 0 to 1. */
  readonly prevalence: number;
}

/** A number of people with its 95 % interval. */
export interface ExpectedCount {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number };
}

/** What a population would see of a policy. */
export interface ExpectedCounts {
  readonly referred: ExpectedCount;
  /** Of those referred, how many have disease. */
  readonly referredSick: ExpectedCount;
  /** With disease, and told to come back at the usual interval. */
  readonly missed: ExpectedCount;
  /** To be photographed again. */
  readonly ungradable: ExpectedCount;
  /** Without disease, and told to come back at the usual interval. */
  readonly cleared: ExpectedCount;
}

const RESAMPLES = 2_000;
const SEED = 1;

/** Mean share of some outcomes, patients drawn with replacement: the sample itself first, then the resamples. */
function means(
  { patients, shares }: PatientOutcomes,
  outcomes: readonly Outcome[],
  seed: number,
): Float64Array {
  const resamples = new PatientResamples(
    Array.from({ length: patients }, (_, patient) => String(patient)),
    seed,
  );
  const share = (patient: number): number =>
    outcomes.reduce((sum, outcome) => sum + (shares.get(outcome)?.[patient] ?? 0), 0);
  const each = Float64Array.from({ length: patients }, (_, patient) => share(patient));
  const mean = (times: ArrayLike<number>): number =>
    each.reduce((sum, one, patient) => sum + one * (times[patient] as number), 0) / patients;
  const once = new Uint8Array(patients).fill(1);
  return Float64Array.from({ length: RESAMPLES + 1 }, (_, round) =>
    mean(round === 0 ? once : resamples.next()),
  );
}

/**
 * What so many people would see of a policy if their sick and their healthy were like the cohort's: only how many are
 * sick is another. Intervals are of a bootstrap over patients, sick and healthy drawn apart.
 *
 * @param rounds the outcome of every exam of the cohort, as for `operatingPoint`
 * @returns `null` if the cohort has no sick or no healthy patients
 */
export function expectedCounts(
  cohort: PolicyCohort,
  rounds: readonly (readonly Outcome[])[],
  { people, prevalence }: Population,
): ExpectedCounts | null {
  const sick = patientOutcomes(cohort, { disease: null }, rounds);
  const healthy = patientOutcomes(cohort, 'healthy', rounds);
  if (sick.patients === 0 || healthy.patients === 0) return null;
  const ofSick = (...outcomes: readonly Outcome[]) => means(sick, outcomes, SEED);
  const ofHealthy = (...outcomes: readonly Outcome[]) => means(healthy, outcomes, SEED + 1);
  const count = (parts: { readonly sick?: Float64Array; readonly healthy?: Float64Array }): ExpectedCount => {
    const values = Array.from(
      { length: RESAMPLES + 1 },
      (_, round) =>
        people * (prevalence * (parts.sick?.[round] ?? 0) + (1 - prevalence) * (parts.healthy?.[round] ?? 0)),
    );
    const [value = 0, ...resampled] = values;
    return { value, interval: percentileInterval(resampled) ?? { low: value, high: value } };
  };
  const referredSick = ofSick(...REFERRAL_OUTCOMES);
  return {
    referred: count({ sick: referredSick, healthy: ofHealthy(...REFERRAL_OUTCOMES) }),
    referredSick: count({ sick: referredSick }),
    missed: count({ sick: ofSick('recall') }),
    ungradable: count({ sick: ofSick('ungradable'), healthy: ofHealthy('ungradable') }),
    cleared: count({ healthy: ofHealthy('recall') }),
  };
}
