import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from '../../core/errors.ts';
import { CohortFolderError, checkSize, PhantomArgumentError } from '../errors.ts';
import { generatePatient, USUAL_SIZE } from '../generate-patient.ts';
import type { DefectRates, Prevalence } from '../patient/prevalence.ts';
import { formatTruthCsv, type PatientTruth, truthOf } from './truth-files.ts';

export interface CohortOptions {
  /** How many patients; each has one exam. */
  readonly exams: number;
  readonly seed: string | number;
  /** Width and height of the photographs in pixels; 512 if not given. */
  readonly size?: number;
  readonly prevalence?: Partial<Prevalence>;
  readonly defects?: Partial<DefectRates>;
  /** Called after each patient. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface CohortSummary {
  readonly patients: number;
  readonly eyes: number;
  readonly bytes: number;
}

async function openFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const present = await readdir(folder);
    if (present.length > 0) {
      throw new CohortFolderError(
        `The folder "${folder}" is not empty (${present.length} entries): a cohort needs a folder of its own. Name another one.`,
      );
    }
  } catch (error) {
    if (error instanceof CohortFolderError) throw error;
    throw new CohortFolderError(
      `The folder "${folder}" cannot be used: ${reasonOf(error)}. Name another one.`,
      { cause: error },
    );
  }
}

/**
 * Draws a cohort into an empty or new folder: `<patient>_left.jpg` and `<patient>_right.jpg` for each patient, and
 * the truth of all as `truth.csv` (patient, eye, labels, signs, quality) and `truth.json`. Only one patient is in
 * memory at a time.
 *
 * @throws CohortFolderError if the folder cannot be written or is not empty
 * @throws PhantomArgumentError if an option is out of range
 * @example await writeCohort('example', { exams: 24, seed: 'demo' })
 */
export async function writeCohort(folder: string, options: CohortOptions): Promise<CohortSummary> {
  const { exams, seed, size = USUAL_SIZE, prevalence, defects, onProgress } = options;
  if (!Number.isSafeInteger(exams) || exams < 1) {
    throw new PhantomArgumentError(`Expected exams to be a whole number from 1 but received ${exams}.`);
  }
  checkSize(size);
  await openFolder(folder);
  const truths: PatientTruth[] = [];
  let eyes = 0;
  let bytes = 0;
  for (let index = 0; index < exams; index++) {
    const drawn = await generatePatient({ seed, index, size, prevalence, defects });
    for (const eye of [drawn.left, drawn.right]) {
      if (eye === null) continue;
      await writeFile(path.join(folder, `${drawn.patient}_${eye.truth.eye}.jpg`), eye.jpeg);
      eyes++;
      bytes += eye.jpeg.length;
    }
    truths.push(truthOf(drawn));
    onProgress?.({ done: index + 1, total: exams });
  }
  await writeFile(path.join(folder, 'truth.csv'), formatTruthCsv(truths));
  const note = 'Drawn by the fundus phantom generator: no real patients. For examples and load tests only.';
  await writeFile(
    path.join(folder, 'truth.json'),
    `${JSON.stringify({ note, seed, size, patients: truths }, null, 1)}\n`,
  );
  return { patients: exams, eyes, bytes };
}
