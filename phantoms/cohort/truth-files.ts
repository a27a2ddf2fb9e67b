import type { PhantomPatient } from '../generate-patient.ts';
import type { Signs } from '../labels.ts';
import type { EyeTruth } from '../patient/describe-patient.ts';

const HEADER = 'patient,eye,labels,signs,quality';

function formatSigns(signs: Signs): string {
  return Object.entries(signs)
    .map(([sign, grade]) => `${sign}:${grade}`)
    .join(' ');
}

/**
 * The table of a cohort's truth, one line an eye: `phantom-000001,left,glaucoma amd,enlarged-cup:2 drusen:1,gradable`.
 * No field holds a comma, so nothing is quoted.
 */
export function formatTruthCsv(
  patients: readonly Pick<PatientTruth, 'patient' | 'left' | 'right'>[],
): string {
  const lines = patients.flatMap(({ patient, left, right }) =>
    [left, right]
      .filter((eye) => eye !== null)
      .map((eye) => [patient, eye.eye, eye.labels.join(' '), formatSigns(eye.signs), eye.quality].join(',')),
  );
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** One patient of `truth.json`. */
export interface PatientTruth {
  readonly patient: string;
  readonly labels: readonly string[];
  readonly left: EyeTruth | null;
  readonly right: EyeTruth | null;
}

/** A patient's truth without the photographs. */
export function truthOf({ patient, truth, left, right }: PhantomPatient): PatientTruth {
  return { patient, labels: truth.labels, left: left?.truth ?? null, right: right?.truth ?? null };
}
