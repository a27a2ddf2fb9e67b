import type { PatientTraits } from './anatomy/patient-traits.ts';
import {
  describePatient,
  type EyePlan,
  type EyeTruth,
  type PatientOptions,
  type PatientPlan,
} from './patient/describe-patient.ts';
import { encodeJpeg } from './render/encode-jpeg.ts';
import { renderEye } from './render/render-eye.ts';

export interface PhantomEye {
  readonly jpeg: Buffer;
  readonly truth: EyeTruth;
}

export interface PhantomPatient {
  /** `phantom-000001` for index 1. */
  readonly patient: string;
  readonly left: PhantomEye | null;
  readonly right: PhantomEye | null;
  readonly truth: PatientPlan['truth'];
}

/** Width and height of a photograph in pixels, if none is asked for. */
export const USUAL_SIZE = 512;

async function photograph(
  plan: EyePlan | null,
  traits: PatientTraits,
  size: number,
): Promise<PhantomEye | null> {
  if (plan === null) return null;
  const picture = await renderEye(plan, traits, size);
  return { jpeg: await encodeJpeg(picture, traits.camera.jpegQuality), truth: plan.truth };
}

/**
 * Draws the photographs of one patient of the cohort that `seed` names. Patients are independent of each other: any
 * index at any time, in any process, gives the same bytes (by the same version of sharp).
 *
 * @throws PhantomArgumentError if index, size, prevalence or defects are out of range
 * @example
 * const { patient, left } = await generatePatient({ seed: 'demo', index: 3, size: 576 })
 * if (left !== null) await writeFile(`${patient}_left.jpg`, left.jpeg)
 */
export async function generatePatient(
  options: PatientOptions & { readonly size?: number },
): Promise<PhantomPatient> {
  const plan = describePatient(options);
  const size = options.size ?? USUAL_SIZE;
  // While sharp works on one eye, the other is drawn.
  const [left, right] = await Promise.all([
    photograph(plan.left, plan.traits, size),
    photograph(plan.right, plan.traits, size),
  ]);
  return { patient: plan.patient, left, right, truth: plan.truth };
}
