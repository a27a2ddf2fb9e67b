import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import type { JobView } from '../../core/jobs/job-view.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { CliError } from '../errors.ts';
import { JobClient } from '../job/job-client.ts';

interface ReportOptions extends EndpointOptions {
  readonly program: string;
  readonly job?: string;
  readonly json: boolean;
}

/** The job asked for, or the latest one that tried heads in shadow. */
async function shadowJob(client: JobClient, job: string | undefined, program: string): Promise<JobView> {
  if (job !== undefined) return client.show(job);
  let latest: JobView | undefined;
  for await (const one of client.list()) if (one.shadow) latest = one;
  if (latest === undefined) {
    throw new CliError(
      `Program "${program}" has no shadow job. Make one: retclip job create --program ${program} --mode rescore --heads FILE --shadow`,
    );
  }
  return latest;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function reportText(job: JobView, comparison: NonNullable<JobView['comparison']>): string {
  const table = new Table({
    head: ['label', 'both', 'only live', 'only tried', 'neither', 'agreement', 'kappa', 'new to live'],
    style: pc.isColorSupported ? { head: ['bold'], border: ['dim'] } : { head: [], border: [] },
  });
  for (const {
    label,
    both,
    onlyLive,
    onlyShadow,
    neither,
    agreement,
    kappa,
    unknownLive,
  } of comparison.labels) {
    const fresh = unknownLive.positive + unknownLive.negative;
    const isNew = fresh === 0 ? '' : `${unknownLive.positive} of ${fresh} positive`;
    table.push([
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
  const moved = job.moved.map(({ from, to, exams }) => `  ${exams} would move from ${from} to ${to}`);
  return [
    `${pc.bold(job.heads.map((head) => head.name).join(', '))} tried on ${job.done} exams in job ${job.job}`,
    table.toString(),
    ...(moved.length === 0 ? ['  No outcome would move.'] : moved),
    pc.dim(`  Make them live: retclip heads promote --job ${job.job} --program ${job.program}`),
    pc.dim(`  ${job.notice}`),
  ].join('\n');
}

async function report(options: ReportOptions): Promise<void> {
  const job = await shadowJob(new JobClient(options), options.job, options.program);
  const { comparison, moved, heads, done, failed, state } = job;
  if (comparison === null) {
    throw new CliError(
      job.shadow
        ? `Job ${job.job} is ${state}: its comparison is made at its end.`
        : `Job ${job.job} was no shadow job: its heads decided.`,
    );
  }
  const json = { job: job.job, heads, done, failed, moved, ...comparison, notice: job.notice };
  process.stdout.write(`${options.json ? JSON.stringify(json) : reportText(job, comparison)}\n`);
}

/** `retclip heads shadow-report --program P [--job JOB]` */
export function headsShadowReportCommand(): Command {
  return new Command('shadow-report')
    .description(
      'compare heads that were tried in shadow with the live ones: agreement, outcomes that would move',
    )
    .requiredOption('--program <id>', 'screening program')
    .option('--job <job>', 'the shadow job; the latest if left out')
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--json', 'print the comparison as one JSON object', false)
    .action(report);
}
