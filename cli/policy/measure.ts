import { Command } from 'commander';
import { policyId } from '../../core/policies/index.ts';
import { EXIT_CODES } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import {
  assessedCohorts,
  type CohortFileFlags,
  headsOf,
  leftOutOf,
  withCohortFiles,
} from './cohort-files.ts';
import { fatesTable } from './fit-text.ts';
import { findPolicy } from './named-policy.ts';

interface MeasureFlags extends CohortFileFlags {
  readonly outcomes: boolean;
  readonly json: boolean;
}

async function measure(wanted: string, flags: MeasureFlags): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { decidedOutcomes, operatingPoint } = await import('../../model/policies/index.ts');
  await requireFolder('Bundle', flags.model);
  const bundle = await openBundle(flags.model);
  const policy = await findPolicy(wanted, bundle);
  const heads = await headsOf(flags, bundle);
  const cohorts = await assessedCohorts(flags, { bundle, heads, policy });
  const measured = cohorts.map((cohort) => {
    const outcomes = decidedOutcomes(policy, cohort);
    const exams = cohort.exams.map(({ patient, exam }, place) => ({
      patient,
      exam,
      outcome: outcomes[place],
    }));
    return {
      name: cohort.name,
      figures: operatingPoint(cohort, [outcomes]),
      ...(flags.outcomes ? { exams } : {}),
      left: leftOutOf(cohort),
    };
  });
  const left = measured.flatMap((one) => one.left);
  const text = measured.flatMap(({ name, figures }) => [name, fatesTable(figures)]);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ policy: policyId(policy), cohorts: measured })}\n`
      : `${[...leftOutLines('left out', left), ...text].join('\n')}\n`,
  );
  if (left.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip policy measure screening --features F --labels L.csv` */
export function policyMeasureCommand(): Command {
  const command = new Command('measure')
    .description('measure what becomes of labelled patients by a policy')
    .argument('<policy>', 'name of one of the bundle, `default`, or its file');
  return withCohortFiles(command)
    .option('--outcomes', "list every exam's outcome in the JSON", false)
    .option('--json', 'print one JSON object', false)
    .action(measure);
}
