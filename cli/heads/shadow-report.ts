import { Command } from 'commander';
import type { z } from 'zod';
import { comparisonOf } from '../../core/jobs/comparison.ts';
import { movedBy } from '../../core/jobs/job-progress.ts';
import type { JobView } from '../../core/jobs/job-view.ts';
import type { HeadReference } from '../../core/models/active-model.ts';
import { shadowPage } from '../../functions/api/shadow-page.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { CliError, RefusedError, WrongUseError } from '../errors.ts';
import { JobClient } from '../job/job-client.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

type ShadowPage = z.infer<typeof shadowPage>;

const NOTICE = 'Research use only: not for diagnosis.';

interface ReportOptions extends EndpointOptions {
  readonly program: string;
  readonly job?: string;
  readonly json: boolean;
}

/** What is compared, whichever way the heads were tried. */
interface Trial {
  readonly heads: readonly HeadReference[];
  readonly done: number;
  readonly failed: number;
  readonly moved: JobView['moved'];
  readonly comparison: NonNullable<JobView['comparison']>;
  /** `null` where they are tried on new exams. */
  readonly job: string | null;
  /** Since when new exams are; `null` for a job. */
  readonly since: string | null;
}

async function trialOfJob(client: JobClient, id: string): Promise<Trial> {
  const job = await client.show(id);
  const { comparison, heads, done, failed, moved, state } = job;
  if (comparison === null) {
    throw new CliError(
      job.shadow
        ? `Job ${job.job} is ${state}: its comparison is made at its end.`
        : `Job ${job.job} was no shadow job: its heads decided.`,
    );
  }
  return { heads, done, failed, moved, comparison, job: job.job, since: null };
}

/** Adds up the pages of the comparison over new exams. @returns `null` if no head is in shadow */
async function trialOfNewExams(options: ReportOptions): Promise<Trial | null> {
  const client = new Client(() => findEndpoint(options), options.program);
  const pages: ShadowPage[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '500', ...(cursor === undefined ? {} : { cursor }) });
    const page = await client.call('Comparing', shadowPage, `/shadow?${query}`).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return null;
      throw error;
    });
    if (page === null) return null;
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const [{ heads, since } = { heads: [], since: null }] = pages;
  const done = pages.reduce((sum, { exams }) => sum + exams, 0);
  return { heads, since, done, failed: 0, moved: movedBy(pages), comparison: comparisonOf(pages), job: null };
}

/** The job asked for; else the heads that are tried on new exams; else the latest job that tried some. */
async function findTrial(options: ReportOptions): Promise<Trial> {
  const jobs = new JobClient(options);
  if (options.job !== undefined) return trialOfJob(jobs, options.job);
  const trial = await trialOfNewExams(options);
  if (trial !== null) return trial;
  let latest: string | undefined;
  for await (const { shadow, job } of jobs.list()) if (shadow) latest = job;
  if (latest !== undefined) return trialOfJob(jobs, latest);
  const { program } = options;
  throw new WrongUseError(
    `No head is in shadow, and program "${program}" has no shadow job. Try heads on new exams: retclip heads shadow start FILE. Or on those screened already: retclip job create --program ${program} --mode rescore --heads FILE --shadow`,
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function reportText(trial: Trial, program: string): string {
  const titles = ['label', 'both', 'only live', 'only tried', 'neither', 'agreement', 'kappa', 'new to live'];
  const rows: (string | number)[][] = [];
  for (const { label, both, onlyLive, onlyShadow, neither, agreement, kappa, unknownLive } of trial.comparison
    .labels) {
    const fresh = unknownLive.positive + unknownLive.negative;
    const isNew = fresh === 0 ? '' : `${unknownLive.positive} of ${fresh} positive`;
    rows.push([
      label,
      both,
      onlyLive,
      onlyShadow,
      neither,
      percent(agreement),
      kappa?.toFixed(2) ?? '–',
      isNew,
    ]);
  }
  const { heads, done, job, since } = trial;
  const where = job === null ? `new exams since ${since}` : `exams in job ${job}`;
  const which = job === null ? '--shadow' : `--job ${job} --program ${program}`;
  const moved = trial.moved.map(({ from, to, exams }) => `  ${exams} would move from ${from} to ${to}`);
  return [
    `${pc.bold(heads.map((head) => head.name).join(', '))} tried on ${done} ${where}`,
    terminalTable(titles, rows),
    ...(moved.length === 0 ? ['  No outcome would move.'] : moved),
    pc.dim(`  Make them live: retclip heads promote ${which}`),
    pc.dim(`  ${NOTICE}`),
  ].join('\n');
}

async function report(options: ReportOptions): Promise<void> {
  const trial = await findTrial(options);
  const { comparison, ...rest } = trial;
  const json = { ...rest, ...comparison, notice: NOTICE };
  process.stdout.write(`${options.json ? JSON.stringify(json) : reportText(trial, options.program)}\n`);
}

/** `retclip heads shadow-report --program P [--job JOB]` */
export function headsShadowReportCommand(): Command {
  return new Command('shadow-report')
    .description(
      'compare heads that were tried in shadow with the live ones: agreement, outcomes that would move',
    )
    .requiredOption('--program <id>', 'screening program')
    .option(
      '--job <job>',
      'a shadow job; if left out the heads that are tried on new exams, else the latest shadow job',
    )
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--json', 'print the comparison as one JSON object', false)
    .action(report);
}
