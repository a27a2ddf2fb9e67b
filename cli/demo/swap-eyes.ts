import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CohortTruth } from './cohort-truth.ts';

/**
 * Swaps the photographs of the last patient of a drawn cohort who has two gradable ones, as a photographer does by
 * mistake.
 *
 * @returns the patient; `null` if there are not at least two such patients
 */
export async function swapEyes(cohort: string, { patients }: CohortTruth): Promise<string | null> {
  const complete = patients.filter(
    ({ left, right }) => left?.quality === 'gradable' && right?.quality === 'gradable',
  );
  const patient = complete.length < 2 ? undefined : complete.at(-1)?.patient;
  if (patient === undefined) return null;
  const file = (eye: string) => join(cohort, `${patient}_${eye}.jpg`);
  const aside = join(cohort, `${patient}.swapping`);
  await rename(file('left'), aside);
  await rename(file('right'), file('left'));
  await rename(aside, file('right'));
  return patient;
}
