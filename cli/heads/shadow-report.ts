import { Command } from 'commander';

import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { findTrials, type Trial, type TrialOptions } from './trial.ts';

const NOTICE = 'Research use only: not for diagnosis.';

interface ReportOptions extends TrialOptions {
  readonly json: boolean;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function labelTable({ labels }: Trial): string {
  const titles = ['label', 'both', 'only live', 'only tried', 'neither', 'agreement', 'kappa', 'new to live'];
  const rows: (string | number)[][] = [];
  for (const { label, both, onlyLive, onlyShadow, neither, agreement, kappa, unknownLive } of labels) {
    const fresh = unknownLive.positive + unknownLive.negative;
    const isNew = fresh === 0 ? '' : `${unknownLive.positive} of ${fresh} positive`;
    const shown = [percent(agreement), kappa?.toFixed(2) ?? '–', isNew];
    rows.push([label, both, onlyLive, onlyShadow, neither, ...shown]);
  }
  return terminalTable(titles, rows);
}

function sum(moved: Trial['moved']): number {
  return moved.reduce((total, { exams }) => total + exams, 0);
}

function exams(count: number): string {
  return count === 1 ? '1 exam' : `${count} exams`;
}

/** Where the exams are from: a job, or all that came since. */
function source({ job, since }: Trial): string {
  return job === null ? `new since ${since}` : `in job ${job}`;
}

/** Which exams were compared. */
function overText(trial: Trial, program: string): string {
  const { over, failed } = trial;
  const dates = over.from === null || over.to === null ? '' : `, screened ${over.from} to ${over.to}`;
  const left = failed === 0 ? '' : `; ${exams(failed)} failed and were not compared`;
  return `${exams(over.exams)} of program ${program}, ${source(trial)}${dates}${left}`;
}

function emptyText(trial: Trial, program: string): string[] {
  const { job, failed } = trial;
  const why =
    job === null
      ? 'none has been screened with them yet'
      : failed > 0
        ? `${exams(failed)} failed`
        : 'its exams had this very answer before, or it chose none';
  return [
    `  No exam of program ${program} ${source(trial)} was compared: ${why}. Nothing can be said of these heads.`,
    pc.dim(
      `  Compare them over exams screened already: retclip job create --program ${program} --mode rescore --heads FILE --shadow`,
    ),
  ];
}

function trialText(trial: Trial, program: string): string[] {
  const { heads, over, job } = trial;
  const names = pc.bold(heads.map(({ name, id }) => `${name} (${id.slice(0, 8)})`).join(', '));
  if (over.exams === 0) return [names, ...emptyText(trial, program)];
  const which = `${job === null ? '--shadow' : `--job ${job}`} --program ${program}`;
  const total = sum(trial.moved);
  const moved = trial.moved.map((one) => `    ${one.exams} from ${one.from} to ${one.to}`);
  return [
    `${names} tried on ${overText(trial, program)}`,
    labelTable(trial),
    `  ${total === 0 ? `None of ${exams(over.exams)} would have another outcome.` : `${total} of ${exams(over.exams)} would have another outcome:`}`,
    ...moved,
    pc.dim(`  Make them live: retclip heads promote ${which}`),
  ];
}

function trialJson({ over, ...trial }: Trial) {
  const outcomesMoved = over.exams === 0 ? null : sum(trial.moved);
  return { ...trial, done: over.exams, from: over.from, to: over.to, outcomesMoved };
}

async function report(options: ReportOptions): Promise<void> {
  const { program } = options;
  const trials = await findTrials(options);
  const [first, ...others] = trials;
  const json = { program, ...trialJson(first), others: others.map(trialJson), notice: NOTICE };
  const text = [...trials.flatMap((trial) => [...trialText(trial, program), '']), pc.dim(`  ${NOTICE}`)];
  process.stdout.write(`${options.json ? JSON.stringify(json) : text.join('\n')}\n`);
}

/** `retclip heads shadow-report --program P [--job JOB]` */
export function headsShadowReportCommand(): Command {
  return new Command('shadow-report')
    .description(
      'compare heads that were tried in shadow with the live ones: over which exams, agreement, outcomes that would move',
    )
    .requiredOption('--program <id>', 'screening program')
    .option(
      '--job <job>',
      'a shadow job; if left out the heads that are tried on new exams and the latest shadow job',
    )
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print the comparison as one JSON object', false)
    .action(report);
}
