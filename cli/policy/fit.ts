import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_POLICY } from '../../core/policies/index.ts';
import { EXIT_CODES } from '../errors.ts';
import { requireFolder, requireNew } from '../given-path.ts';
import { foldsOption, headNameOption } from '../options/option-values.ts';
import { colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import {
  assessedCohorts,
  type CohortFileFlags,
  headsOf,
  leftOutOf,
  withCohortFiles,
} from './cohort-files.ts';
import { type AimFlags, aimOf, limitOption, limitsOption } from './fit-aim.ts';
import { fitText } from './fit-text.ts';
import { findPolicy } from './named-policy.ts';

interface FitFlags extends CohortFileFlags, AimFlags {
  readonly name: string;
  readonly base?: string;
  readonly confidence: number;
  readonly folds: number;
  readonly rounds: number;
  readonly seed: string;
  readonly people: number;
  readonly prevalence: number;
  readonly out: string;
  readonly report?: string;
  readonly json: boolean;
}

async function fit(flags: FitFlags): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { labelName } = await import('../../model/cohort/label-name.ts');
  const { fitPolicy } = await import('../../model/policies/index.ts');
  const aim = aimOf(flags, labelName);
  await requireFolder('Bundle', flags.model);
  for (const path of [flags.out, flags.report]) if (path !== undefined) await requireNew(path);
  const bundle = await openBundle(flags.model);
  const heads = await headsOf(flags, bundle);
  const base = flags.base === undefined ? DEFAULT_POLICY : await findPolicy(flags.base, bundle);
  const cohorts = await assessedCohorts(flags, { bundle, heads, policy: base });
  const { name, confidence, folds, rounds, seed, people, prevalence } = flags;
  const { policy, report } = fitPolicy(cohorts, {
    ...{ name, aim, base, heads, confidence, folds, rounds, seed },
    model: bundle.manifest.id,
    population: { people, prevalence },
  });
  await writeFile(flags.out, `${JSON.stringify(policy, null, 2)}\n`, { flag: 'wx' });
  if (flags.report !== undefined) {
    await writeFile(flags.report, `${JSON.stringify(report, null, 2)}\n`, { flag: 'wx' });
  }
  const left = cohorts.flatMap(leftOutOf);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ out: flags.out, report, leftOut: left })}\n`
      : `${[...leftOutLines('left out', left), fitText(report), `${pc.green('Written')} to ${flags.out}. Explain it: retclip policy show ${flags.out}`].join('\n')}\n`,
  );
  if (left.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

function confidenceOption(value: string): number {
  const share = limitOption(value);
  if (share >= 0.5) return share;
  throw new InvalidArgumentError(`Expected a confidence from 0.5 to below 1 but received ${value}.`);
}

function countOption(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError(`Expected a whole number above 0 but received "${value}".`);
}

/** `retclip policy fit --features F --labels L --name screening --miss 0.1 --label-miss amd=0.1 --out policy.json` */
export function policyFitCommand(): Command {
  const command = new Command('fit')
    .description('choose thresholds by labelled cohorts, for what becomes of patients')
    .requiredOption('--name <name>', 'name of the policy', headNameOption)
    .requiredOption('--out <file>', 'file of the policy; must not exist');
  return withCohortFiles(command)
    .option(
      '--miss <share>',
      'at most this share of those with any disease ends as recall; 0.1 unless told',
      limitOption,
    )
    .option('--label-miss <list>', 'the same of those with one disease: amd=0.1,glaucoma=0.05', limitsOption)
    .option('--refer-healthy <share>', 'instead: at most this share of the healthy is referred', limitOption)
    .option('--youden', 'instead: the healthy who are recalled exceed the sick who are by most', false)
    .option('--confidence <share>', 'how surely a limit holds among other patients', confidenceOption, 0.8)
    .option(
      '--base <policy>',
      'policy whose rules are kept: a file, or a name in the bundle; the default one unless told',
    )
    .option('--folds <n>', 'parts of the cross-fitting', foldsOption, 5)
    .option('--rounds <n>', 'times that the parts are drawn', countOption, 20)
    .option('--seed <text>', 'what the parts are drawn by', '1')
    .option('--people <n>', 'size of the population that the report counts for', countOption, 10_000)
    .option('--prevalence <share>', 'share of it with disease', limitOption, 0.05)
    .option('--report <file>', 'file of all figures, as JSON; must not exist')
    .option('--json', 'print one JSON object', false)
    .action(fit);
}
