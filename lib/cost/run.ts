import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.ts';
import { CostError } from './errors.ts';
import { costPage } from './page/cost-page.ts';
import { dominating, settingOf } from './page/dominating.ts';
import {
  computePerPatient,
  type Estimate,
  estimate,
  idleOf,
  keptOf,
  PROFILES,
  sumOf,
} from './page/estimate.ts';
import { usd } from './page/table.ts';
import { synthesizedFacts } from './synthesized-facts.ts';
import { readCounted } from './work/read-counted.ts';

/**
 * What both profiles of the stack cost: `npm run cost -- --exams-per-year 1000000 --region eu-central-1 [--json]`.
 * `--page` writes docs/cost.md.
 */
const { values } = parseArgs({
  options: {
    'exams-per-year': { type: 'string', default: '1000000' },
    region: { type: 'string', default: 'us-east-1' },
    json: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});

function tell(one: Estimate): string {
  const { bill, work, profile, region } = one;
  const exams = work.examsPerYear;
  const lines = [
    ['idle, a month', idleOf(bill)],
    ['idle', 12 * idleOf(bill)],
    ['requests, logs, traces', exams * sumOf(bill, 'requests', 'watching')],
    ['functions', exams * sumOf(bill, 'compute')],
    ['GPU instances', bill.gpuYear],
    ['kept for a year', exams * keptOf(bill)],
    ['all', bill.year],
  ] as const;
  const largest = dominating(one).map(
    ({ what, share }) => `  ${(100 * share).toFixed(0)} % ${what}. What changes it: ${settingOf(what)}`,
  );
  return [
    `${profile}, ${region}, ${exams.toLocaleString('en')} exams a year by the ${work.lane} lane, in USD a year:`,
    ...lines.map(([what, amount]) => `  ${what.padEnd(24)}${usd(amount).padStart(12)}`),
    ...(bill.wakeUp > 0 && work.lane === 'gpu' ? [`  a GPU worker that wakes up: ${usd(bill.wakeUp)}`] : []),
    `  processors for a patient: ${computePerPatient(one).toFixed(6)}`,
    ...largest,
  ].join('\n');
}

function main(): void {
  const examsPerYear = Number(values['exams-per-year']);
  if (!Number.isFinite(examsPerYear) || examsPerYear < 0)
    throw new CostError(`Expected a number of exams, 0 or more, but got ${values['exams-per-year']}.`);
  const facts = synthesizedFacts();
  if (values.page) {
    writeFileSync(join(PROJECT_ROOT, 'docs/cost.md'), costPage(facts, readCounted()));
    return;
  }
  const estimates = PROFILES.map(({ profile }) => estimate(facts, profile, values.region, examsPerYear));
  if (values.json) process.stdout.write(`${JSON.stringify(estimates)}\n`);
  else process.stdout.write(`${estimates.map(tell).join('\n\n')}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof CostError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
