import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { sharedData } from '../../test/shared-data.ts';
import { odirCohort } from './cohorts.ts';

/**
 * Writes a manifest of the photographs of ODIR-5K's patients that the default model was not trained on, both eyes of
 * each: `node bench/default-model/kept-photographs.ts --out odir5k-kept-patients.csv`. On them its precisions are
 * compared: `npx retclip model verify bundles/default --photographs odir5k-kept-patients.csv`.
 */
const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (values.out === undefined) {
  console.error('Expected --out FILE.');
  process.exit(2);
}
const fundus = sharedData('data/fundus', 'a manifest of photographs');
if (fundus === undefined) process.exit(0);
const { photographs: all, labels } = odirCohort(fundus);
const kept = new Set(labels.filter(({ split }) => split === 'kept').map(({ patient }) => patient));
const photographs = all.filter(({ patient }) => kept.has(patient));
await writeFile(values.out, stringify([...photographs], { header: true }));
console.log(`${values.out}: ${photographs.length} photographs`);
