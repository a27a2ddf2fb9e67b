import { Command, Option } from 'commander';
import { HEAD_FEATURES, type Head, type HeadFeature, headId } from '../../core/heads/head.ts';
import { EXIT_CODES, WrongUseError } from '../errors.ts';
import { requireFile, requireNew } from '../given-path.ts';
import { foldsOption, headNameOption, shareOption } from '../options/option-values.ts';
import { errorColours, colours as pc } from '../terminal/colours.ts';
import { type CohortFlags, cohortLines, labelOptionsOf, withCohortOptions } from './cohort-options.ts';
import { fitTable } from './fit-table.ts';
import { headText } from './head-text.ts';

interface FitFlags extends CohortFlags {
  readonly features: string;
  readonly feature: HeadFeature;
  readonly name: string;
  readonly kind?: Head['kind'];
  readonly sensitivity?: number;
  readonly specificity?: number;
  readonly threshold?: 'youden';
  readonly calibration: 'platt' | 'isotonic' | 'none';
  readonly folds: number;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
}

function aimOf({ sensitivity, specificity, threshold }: FitFlags) {
  const given = [sensitivity, specificity, threshold].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new WrongUseError(
      'Choose one of --sensitivity, --specificity and --threshold: they contradict each other.',
    );
  }
  if (threshold !== undefined) return { kind: 'youden' } as const;
  if (specificity !== undefined) return { kind: 'specificity', least: specificity } as const;
  return { kind: 'sensitivity', least: sensitivity ?? 0.9 } as const;
}

async function fit(flags: FitFlags): Promise<void> {
  const { FeaturesFile, joinCohort, readLabels } = await import('../../model/cohort/index.ts');
  const { fitHead } = await import('../../model/heads/fit/fit-head.ts');
  const { writeHead } = await import('../../model/heads/write-head.ts');
  const { INTENDED_USE } = await import('../../model/import/import-checkpoint.ts');
  const threshold = aimOf(flags);
  await requireFile('Features file', flags.features);
  await requireFile('Labels file', flags.labels);
  await requireNew(flags.out);
  const labels = await readLabels(flags.labels, labelOptionsOf(flags));
  const began = performance.now();
  const note = (text: string): void => {
    if (!flags.json) process.stderr.write(errorColours.dim(`  ${text} …\n`));
  };
  note('reading features');
  const file = await FeaturesFile.open(flags.features);
  const cohort = joinCohort(file, labels, { feature: flags.feature, split: flags.split });
  const features = await file.read(cohort.feature, cohort.units).finally(() => file.close());
  const head = await fitHead(
    {
      features,
      feature: cohort.feature,
      targets: cohort.targets,
      groups: cohort.units.map(({ group }) => group),
      origin: file.origin,
    },
    { ...flags, threshold, intendedUse: INTENDED_USE, onStep: note },
  );
  await writeHead(flags.out, head);
  const seconds = Number(((performance.now() - began) / 1000).toFixed(3));
  if (flags.json) {
    const { name, feature, kind, trained, model, statistics } = head;
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const used = { seconds, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 };
    const report = { out: flags.out, id: headId(head), name, feature, kind, trained, model, statistics };
    process.stdout.write(
      `${JSON.stringify({ ...report, leftOut: cohort.leftOut, ...used, peakMebibytes: Math.round(maxRSS / 1024) })}\n`,
    );
  } else {
    const lines = [...cohortLines(cohort), headText(head), fitTable(head)];
    process.stdout.write(
      `${lines.join('\n')}\n${pc.green('Written')} to ${flags.out} in ${seconds.toFixed(1)} s\n`,
    );
  }
  if (cohort.leftOut.withoutFeatures.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip heads fit --features F --labels L.csv --feature pair --name odir --out head.json` */
export function headsFitCommand(): Command {
  const command = new Command('fit')
    .description("fit a head to a labelled cohort's features")
    .requiredOption('--features <file>', 'features file, made by `retclip heads embed`')
    .requiredOption('--name <name>', 'name of the head', headNameOption)
    .requiredOption('--out <file>', 'file of the head; must not exist')
    .addOption(
      new Option('--feature <feature>', 'what the head reads').choices(HEAD_FEATURES).makeOptionMandatory(),
    );
  return withCohortOptions(command)
    .addOption(
      new Option('--kind <kind>', 'multi-label; of classes multi-class or ordinal').choices([
        'multi-label',
        'multi-class',
        'ordinal',
      ]),
    )
    .option('--sensitivity <share>', "each threshold's least sensitivity; 0.9 unless told", shareOption)
    .option('--specificity <share>', "each threshold's least specificity", shareOption)
    .addOption(new Option('--threshold <rule>', 'the best sum of both').choices(['youden']))
    .addOption(
      new Option('--calibration <kind>', 'how scores become probabilities')
        .choices(['platt', 'isotonic', 'none'])
        .default('platt'),
    )
    .option('--folds <n>', 'parts of the cross-validation', foldsOption, 5)
    .option('--seed <text>', 'what the parts are drawn by', '1')
    .option('--json', 'print one JSON object', false)
    .action(fit);
}
