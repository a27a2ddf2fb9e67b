import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { sharedData } from '../../test/shared-data.ts';
import { RunningSystem } from '../../test/system/running-system.ts';
import { eyepacsCohort, odirCohort } from '../default-model/cohorts.ts';
import { cohortFiles, run } from './cohort-files.ts';
import { POLICY_NAMES } from './named-policies.ts';

/**
 * Screens the kept patients by `retclip local`, once for each named policy of the bundle and once for the default one,
 * and compares every outcome with what `retclip policy measure` says of the same patient:
 * `node bench/operating-points/pipeline.ts [--cache FEATURES]`. Exit code 1 if any differs.
 */
const { values } = parseArgs({ options: { cache: { type: 'string' } } });
const fundus = sharedData('data/fundus', 'outcomes of the pipeline against those of the fit');
if (fundus === undefined) process.exit(0);
const model = join(PROJECT_ROOT, 'bundles/default');
const folder = await mkdtemp(join(tmpdir(), 'retclip-outcomes-'));
const system = new RunningSystem(join(folder, 'data'));
let different = 0;

/** Outcomes that the fit predicts, by program and patient. */
async function predicted(policy: string): Promise<Map<string, string>> {
  const files = await cohortFiles(fundus as string, values.cache ?? join(folder, 'features'), model);
  const outcomes = new Map<string, string>();
  for (const program of ['odir', 'eyepacs'] as const) {
    const { features, labels } = files[program];
    const words = ['--features', features, '--labels', labels, '--split', 'kept', '--outcomes', '--json'];
    const { cohorts } = JSON.parse(await run('policy', 'measure', policy, ...words));
    for (const { patient, outcome } of cohorts[0].exams) outcomes.set(`${program}/${patient}`, outcome);
  }
  return outcomes;
}

async function answered(policy: string): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  for (const program of ['odir', 'eyepacs']) {
    for (const { patient, outcome } of await system.results(`${program}-${policy}`)) {
      outcomes.set(`${program}/${patient}`, outcome);
    }
  }
  return outcomes;
}

/** Sends the kept patients to a program for each policy. */
async function screen(policy: string): Promise<void> {
  const cohorts = [odirCohort(fundus as string), eyepacsCohort(fundus as string, 2)];
  const rows = cohorts.flatMap(({ photographs, labels }) => {
    const kept = new Set(labels.filter(({ split }) => split === 'kept').map(({ patient }) => patient));
    return photographs
      .filter(({ patient }) => kept.has(patient))
      .map((row) => ({ ...row, program: `${row.program}-${policy}` }));
  });
  const manifest = join(folder, `${policy}.csv`);
  await writeFile(manifest, stringify(rows, { header: true }));
  for (const program of new Set(rows.map((row) => row.program))) {
    if (policy !== 'default') await system.retclip('policy', 'use', policy, '--program', program);
  }
  await system.retclip('upload', manifest, '--new-program', '--wait', '--json');
}

try {
  await system.start();
  for (const policy of [...POLICY_NAMES, 'default']) {
    await screen(policy);
    const [expected, found] = [await predicted(policy), await answered(policy)];
    const faults = [...expected].filter(([patient, outcome]) => found.get(patient) !== outcome);
    const counts = Map.groupBy(found.values(), (outcome) => outcome);
    const summary = [...counts].map(([outcome, all]) => `${outcome} ${all.length}`).join(', ');
    console.log(
      `${policy}: ${expected.size} patients predicted, ${found.size} answered (${summary}), ${faults.length} differences`,
    );
    for (const [patient, outcome] of faults.slice(0, 10)) {
      console.log(`  ${patient}: the pipeline says ${found.get(patient)}, the fit ${outcome}`);
    }
    different += faults.length;
  }
} finally {
  await system.stop();
  await rm(folder, { recursive: true });
}
process.exitCode = different === 0 ? 0 : 1;
