import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { sharedData } from '../../test/shared-data.ts';
import { retclip } from '../../test/system/retclip.ts';
import { type Cohort, eyepacsCohort, odirCohort } from './cohorts.ts';

/**
 * The default model as the product computes it, on the patients that it was not trained on, with both eyes
 * photographed, gradable or not: `node bench/default-model/measure.ts [--model bundles/default]`. Prints AUROC with 95 %
 * intervals (bootstrap over patients) of the head that ships, and of a linear head on frozen features.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(PROJECT_ROOT, 'bundles/default') },
  },
});
const fundus = sharedData('data/fundus', 'figures of the default model');
if (fundus === undefined) process.exit(0);
const folder = await mkdtemp(join(tmpdir(), 'retclip-default-model-'));

async function run(...words: readonly string[]): Promise<void> {
  const { code, stderr } = await retclip(words);
  // 1: finished, and photographs that are ungradable were named and left out.
  if (code !== 0 && code !== 1) throw new Error(`retclip ${words.join(' ')}\n${stderr}`);
}

async function embed({ name, photographs }: Cohort): Promise<string> {
  const manifest = join(folder, `${name}-manifest.csv`);
  const features = join(folder, `${name}.features`);
  await writeFile(manifest, stringify([...photographs], { header: true }));
  await run('heads', 'embed', manifest, '--model', values.model, '--precision', 'fp32', '--out', features);
  return features;
}

async function tableOf({ labels }: Cohort, name: string): Promise<string> {
  const file = join(folder, `${name}.csv`);
  await writeFile(file, stringify([...labels], { header: true }));
  return file;
}

/** Prints the report's tables. */
async function evaluate(title: string, head: string, ...words: readonly string[]): Promise<void> {
  const out = join(folder, `report-${title.replaceAll(/\W+/g, '-')}`);
  await run('heads', 'eval', head, '--split', 'kept', '--out', out, ...words);
  console.log(`# ${title}\n\n${await readFile(join(out, 'evaluation.md'), 'utf8')}`);
}

try {
  const shipped = join(values.model, 'heads/odir.json');
  const odir = odirCohort(fundus);
  const features = await embed(odir);
  const labels = await tableOf(odir, 'odir');
  const cohort = ['--features', features, '--labels', labels, '--attributes', 'split,age,sex'];
  await evaluate('ODIR-5K, the head that ships', shipped, ...cohort, '--group-by', 'age,sex');
  const linear = join(folder, 'linear.json');
  const fitted = ['--feature', 'pair', '--split', 'trained', '--name', 'linear', '--out', linear];
  await run('heads', 'fit', ...cohort, ...fitted);
  await evaluate('ODIR-5K, linear on frozen features', linear, ...cohort);
  let eyes: string | undefined;
  for (const grade of [2, 1]) {
    const eyepacs = eyepacsCohort(fundus, grade);
    eyes ??= await embed(eyepacs);
    const grades = await tableOf(eyepacs, `eyepacs-${grade}`);
    const words = ['--features', eyes, '--labels', grades, '--attributes', 'split'];
    await evaluate(`EyePACS, retinopathy of grade ${grade} or more`, shipped, ...words);
  }
} finally {
  await rm(folder, { recursive: true });
}
