import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { EvaluationReport } from '../../model/evaluation/index.ts';
import { EXIT_CODES } from '../errors.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import { type EvaluateHeadOptions, evaluateHead } from './evaluate-head.ts';
import { evaluationText } from './evaluation-text.ts';

interface EvalOptions extends EvaluateHeadOptions {
  readonly out: string;
  readonly json: boolean;
}

/** What `--json` prints: all but the points of the curves, which are in `evaluation.json`. */
function withoutCurves(report: EvaluationReport): unknown {
  return JSON.parse(
    JSON.stringify(report, (key, value: unknown) =>
      key === 'roc' || key === 'reliability' ? undefined : value,
    ),
  );
}

async function evalCommand(path: string, options: EvalOptions): Promise<void> {
  const { writeReport } = await import('../../model/evaluation/index.ts');
  const began = performance.now();
  const progress = startProgress('Resampling', 'resamples', options.resamples, !options.json);
  const report = await evaluateHead(path, options, (done) => progress.update(done)).finally(() =>
    progress.stop(),
  );
  const files = await writeReport(options.out, report);
  const seconds = Number(((performance.now() - began) / 1000).toFixed(3));
  const { withoutFeatures } = report.cohort;
  const left = leftOutLines(
    'without features',
    withoutFeatures.map(({ item, line }) => `${item} (line ${line} of ${report.cohort.labels})`),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out: options.out, files, seconds, report: withoutCurves(report) })}\n`
      : `${[evaluationText(report), ...left, `${pc.green('Evaluated')} in ${seconds.toFixed(1)} s. Look at it: ${join(options.out, 'index.html')}`].join('\n')}\n`,
  );
  if (withoutFeatures.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

function listOption(value: string): string[] {
  return value.split(',').map((name) => name.trim());
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError(`Expected a whole number of at least 0 but received ${value}.`);
  }
  return number;
}

/** `retclip heads eval head.json --features F --labels L.csv [--group-by age,sex] --out DIR` */
export function headsEvalCommand(): Command {
  return new Command('eval')
    .description("measure a head's findings against labels: a page, Markdown, JSON and plots")
    .argument('<head>', 'file of the head')
    .requiredOption('--features <file>', 'features of the cohort, from `retclip heads embed`')
    .requiredOption(
      '--labels <csv>',
      'patient, if need be exam and eye, and a column of 0 and 1 for each label',
    )
    .requiredOption('--out <dir>', 'folder of the report')
    .option(
      '--group-by <columns>',
      'columns of the labels whose groups are measured by themselves',
      listOption,
    )
    .option('--classes <column>', 'the column of classes or grades, instead of a column for each label')
    .option('--class-order <names>', 'the classes in rising order, as the column spells them', listOption)
    .option('--only <columns>', 'the label columns to use; all that are left unless told', listOption)
    .option('--attributes <columns>', 'columns that are no labels', listOption)
    .option('--split <name>', 'the part of the cohort to measure, where the labels have a column "split"')
    .option('--resamples <n>', 'resamples of the bootstrap; 0 for no intervals', wholeNumber, 1000)
    .option('--seed <n>', 'of the bootstrap', wholeNumber, 1)
    .option('--json', 'print one JSON object', false)
    .action(evalCommand);
}
