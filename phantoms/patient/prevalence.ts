import { PhantomArgumentError } from '../errors.ts';
import { DISEASES, type Disease } from '../labels.ts';

/** Share of patients, 0 to 1, who have each disease in at least one photographed eye. */
export type Prevalence = Readonly<Record<Disease, number>>;

/** Adults of a diabetic and elderly screening programme: most are healthy. */
export const SCREENING_PREVALENCE: Prevalence = {
  'diabetic-retinopathy': 0.15,
  glaucoma: 0.04,
  cataract: 0.08,
  amd: 0.06,
  hypertension: 0.05,
  myopia: 0.05,
  other: 0.06,
};

/** As in ODIR-5K, which was collected in hospitals. */
export const HOSPITAL_PREVALENCE: Prevalence = {
  'diabetic-retinopathy': 0.34,
  glaucoma: 0.055,
  cataract: 0.05,
  amd: 0.045,
  hypertension: 0.025,
  myopia: 0.045,
  other: 0.27,
};

/** Share of photographs, 0 to 1, that went wrong, and of patients with one eye only. */
export interface DefectRates {
  readonly outOfFocus: number;
  readonly tooDark: number;
  readonly tooBright: number;
  readonly missingEye: number;
}

export const USUAL_DEFECTS: DefectRates = {
  outOfFocus: 0.025,
  tooDark: 0.015,
  tooBright: 0.01,
  missingEye: 0.04,
};

function checkRates(what: string, rates: Readonly<Record<string, number>>): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new PhantomArgumentError(
        `Expected ${what} of "${name}" to be a share from 0 to 1 but received ${rate}.`,
      );
    }
  }
}

/** @throws PhantomArgumentError if a rate is no share or a disease is unknown */
export function completePrevalence(given: Partial<Prevalence> = {}): Prevalence {
  for (const name of Object.keys(given)) {
    if (!DISEASES.includes(name as Disease)) {
      throw new PhantomArgumentError(
        `Expected prevalence for ${DISEASES.join(', ')} but received "${name}".`,
      );
    }
  }
  const complete = { ...SCREENING_PREVALENCE, ...given };
  checkRates('the prevalence', complete);
  return complete;
}

/** @throws PhantomArgumentError if a rate is no share, or the three defects of one photograph exceed 1 in sum */
export function completeDefects(given: Partial<DefectRates> = {}): DefectRates {
  const complete = { ...USUAL_DEFECTS, ...given };
  checkRates('the rate', { ...complete });
  const sum = complete.outOfFocus + complete.tooDark + complete.tooBright;
  if (sum > 1) {
    throw new PhantomArgumentError(
      `Expected outOfFocus, tooDark and tooBright to sum to at most 1 but received ${sum}.`,
    );
  }
  return complete;
}
