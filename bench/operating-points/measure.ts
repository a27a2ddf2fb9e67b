import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { type OperatingPoint, operatingPointSchema } from '../../model/policies/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import { type CohortFiles, cohortFiles, run } from './cohort-files.ts';
import { fitPolicies } from './fit-policies.ts';
import { POLICY_NAMES, type PolicyName } from './named-policies.ts';
import { heldOutTable, otherCohortsTable, populationTable } from './tables.ts';

/**
 * Chooses the named policies for a bundle and prints what becomes of patients by each:
 * `node bench/operating-points/measure.ts [--model bundles/default] [--out POLICIES] [--cache FEATURES]`. `--out` keeps the
 * policies and their reports, for `bundles/build-default.ts`; `--cache` keeps the features for the next run.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(PROJECT_ROOT, 'bundles/default') },
    out: { type: 'string' },
    cache: { type: 'string' },
  },
});
const fundus = sharedData('data/fundus', 'operating points of the default model');
if (fundus === undefined) process.exit(0);
const temporary = await mkdtemp(join(tmpdir(), 'retclip-operating-points-'));
const policies = values.out ?? join(temporary, 'policies');

async function measured(
  name: PolicyName,
  { features, labels }: CohortFiles,
  split: readonly string[],
): Promise<OperatingPoint> {
  const words = ['--features', features, '--labels', labels, ...split, '--model', values.model, '--json'];
  const { cohorts } = JSON.parse(await run('policy', 'measure', join(policies, `${name}.json`), ...words));
  return operatingPointSchema.parse(cohorts[0].figures);
}

async function otherCohort(title: string, files: CohortFiles, ...split: readonly string[]) {
  const points = new Map<PolicyName, OperatingPoint>();
  for (const name of POLICY_NAMES) points.set(name, await measured(name, files, split));
  return { title, point: (name: PolicyName) => points.get(name) as OperatingPoint };
}

try {
  await mkdir(policies, { recursive: true });
  const files = await cohortFiles(fundus, values.cache ?? temporary, values.model);
  const reports = await fitPolicies(files, policies, values.model);
  for (const { name, aim, threshold, thresholds } of reports.values()) {
    const lower = Object.entries(thresholds).filter(([, own]) => own !== threshold);
    console.log(
      `${name}: ${aim}. Threshold ${threshold}; ${lower.map((own) => own.join(' ')).join(', ') || 'none lower'}.`,
    );
  }
  console.log(
    `\n10,000 people, 5 % of them with disease:\n\n${populationTable(reports)}\n\n${heldOutTable(reports)}\n`,
  );
  console.log(
    otherCohortsTable([
      await otherCohort('EyePACS, kept', files.eyepacs, '--split', 'kept'),
      await otherCohort('EyePACS, chosen by', files.eyepacs, '--split', 'trained'),
      await otherCohort('APTOS, one eye', files.aptos),
    ]),
  );
} finally {
  await rm(temporary, { recursive: true });
}
