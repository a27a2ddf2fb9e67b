import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PolicyFitReport, policyFitReportSchema } from '../../model/policies/index.ts';
import { type CohortFiles, run } from './cohort-files.ts';
import { NAMED_POLICIES, POLICY_NAMES, type PolicyName } from './named-policies.ts';

/**
 * Chooses the named policies into a folder: `NAME.json` and, with all figures, `NAME.report.json`. By ODIR-5K's kept
 * patients; `screening` keeps its limits in EyePACS's training patients as well, whom the towers have seen and no
 * threshold before.
 */
export async function fitPolicies(
  files: Readonly<Record<'odir' | 'eyepacs', CohortFiles>>,
  folder: string,
  model: string,
): Promise<ReadonlyMap<PolicyName, PolicyFitReport>> {
  const words = (cohort: 'odir' | 'eyepacs', split: string): string[] => {
    const { features, labels } = files[cohort];
    return ['--features', features, '--labels', labels, '--split', split];
  };
  const reports = new Map<PolicyName, PolicyFitReport>();
  for (const name of POLICY_NAMES) {
    const report = join(folder, `${name}.report.json`);
    await run(
      ...['policy', 'fit', '--name', name, '--model', model, ...NAMED_POLICIES[name]],
      ...words('odir', 'kept'),
      ...(name === 'screening' ? words('eyepacs', 'trained') : []),
      ...['--out', join(folder, `${name}.json`), '--report', report],
    );
    reports.set(name, policyFitReportSchema.parse(JSON.parse(await readFile(report, 'utf8'))));
  }
  return reports;
}
