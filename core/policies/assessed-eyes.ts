import type { ScoredFinding } from '../exams/finding.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import { speaksOfDisease } from './evidence.ts';
import type { OutcomePolicy } from './outcome-policy.ts';

/** What a head would say something about. */
export type Reading = Pick<ScoredFinding, 'level' | 'head' | 'label'>;

/**
 * The eyes in which no head looks for disease: exams are `not-assessed` by such heads, unless the policy asks for none
 * of these eyes.
 *
 * @param readings of all heads together
 * @returns none if the heads can decide
 */
export function unassessedEyes(
  policy: Pick<OutcomePolicy, 'rules'>,
  readings: readonly Reading[],
): readonly Laterality[] {
  return LATERALITIES.filter(
    (eye) =>
      !readings.some(
        (reading) =>
          (reading.level === eye || reading.level === 'patient') && speaksOfDisease(policy, reading),
      ),
  );
}
