import { ModelError } from '../errors.ts';

/** A policy cannot be chosen, read or shown. */
export class PolicyError extends ModelError {}

/** A cohort has too few patients to promise anything about them. */
export class TooFewPatientsError extends PolicyError {
  /** Of whom there are too few: a disease, `any disease`, or `the healthy`. */
  readonly of: string;
  readonly patients: number;
  readonly needed: number;

  constructor(of: string, cohort: string, counts: { readonly patients: number; readonly needed: number }) {
    const { patients, needed } = counts;
    super(
      `"${cohort}" has ${patients} patients with ${of}, and a promise about them needs ${needed}: even if none of the ${patients} were missed, chance alone could explain it. Label more, promise less (a higher share, or a lower --confidence), or leave ${of} out.`,
    );
    this.of = of;
    this.patients = patients;
    this.needed = needed;
  }
}
