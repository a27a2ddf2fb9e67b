import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { retclip } from '../../test/system/retclip.ts';
import { aptosCohort, type Cohort, eyepacsCohort, odirCohort } from '../default-model/cohorts.ts';

/** Features and labels of a cohort, as `retclip policy` takes them. */
export interface CohortFiles {
  readonly features: string;
  readonly labels: string;
}

/** Runs a verb. @returns what it prints; 1 means finished, with items that were named and left out */
export async function run(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await retclip(words);
  if (code !== 0 && code !== 1) throw new Error(`retclip ${words.join(' ')}\n${stderr}`);
  return stdout;
}

/** Only patients that the model was not trained on, and of EyePACS those as well, in a split of their own. */
function wanted(cohort: Cohort): Cohort {
  if (cohort.name !== 'odir') return cohort;
  const kept = new Set(cohort.labels.filter(({ split }) => split === 'kept').map(({ patient }) => patient));
  return {
    ...cohort,
    photographs: cohort.photographs.filter(({ patient }) => kept.has(patient)),
    labels: cohort.labels.filter(({ patient }) => kept.has(patient)),
  };
}

async function filesOf(cohort: Cohort, folder: string, model: string): Promise<CohortFiles> {
  const at = (suffix: string): string => join(folder, `${cohort.name}${suffix}`);
  const { photographs, labels } = wanted(cohort);
  await writeFile(at('.labels.csv'), stringify([...labels], { header: true }));
  if (!existsSync(at('.safetensors'))) {
    await writeFile(at('.manifest.csv'), stringify([...photographs], { header: true }));
    await run('heads', 'embed', at('.manifest.csv'), '--model', model, '--out', at('.safetensors'));
  }
  return { features: at('.safetensors'), labels: at('.labels.csv') };
}

/**
 * Embeds the cohorts that policies are chosen by and measured on. What lies in the folder already is taken from there.
 *
 * @param fundus folder of the public sets
 */
export async function cohortFiles(fundus: string, folder: string, model: string) {
  await mkdir(folder, { recursive: true });
  return {
    odir: await filesOf(odirCohort(fundus), folder, model),
    eyepacs: await filesOf(eyepacsCohort(fundus, 2), folder, model),
    aptos: await filesOf(aptosCohort(fundus), folder, model),
  };
}
