import { Command, Option } from 'commander';
import type { HeadReference } from '../../core/activation/active-model.ts';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { JOB_MODES, type JobMode } from '../../core/jobs/job-record.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { JobClient } from './job-client.ts';
import { jobText } from './job-text.ts';
import { scheduleText } from './schedule.ts';
import { type SelectionOptions, selectionOf, thresholdsOf } from './selection.ts';
import { sendHead } from './send-head.ts';
import { settle, waitForJob } from './wait-for-job.ts';

interface CreateOptions extends EndpointOptions, SelectionOptions {
  readonly program: string;
  readonly mode: JobMode;
  readonly heads: readonly string[];
  readonly threshold: readonly string[];
  readonly shadow: boolean;
  readonly schedule?: string;
  readonly timeZone: string;
  readonly wait: boolean;
  readonly json: boolean;
}

async function create(options: CreateOptions): Promise<void> {
  if (options.schedule !== undefined && options.wait)
    throw new WrongUseError(
      '--wait and --schedule contradict each other: a schedule has no end to wait for.',
    );
  const client = new JobClient(options);
  const thresholds = thresholdsOf(options.threshold);
  const heads: HeadReference[] = [];
  for (const file of options.heads) heads.push(await sendHead(client, file));
  const selection = await selectionOf(client, options);
  const { mode, shadow } = options;
  const job = { mode, selection, heads, thresholds, shadow };
  if (options.schedule !== undefined) {
    const { schedule: expression, timeZone } = options;
    const schedule = await client.createSchedule({ expression, timeZone, job });
    process.stdout.write(`${options.json ? JSON.stringify(schedule) : scheduleText(schedule)}\n`);
    return;
  }
  await runNow(client, job, options);
}

async function runNow(
  client: JobClient,
  request: Parameters<JobClient['create']>[0],
  options: CreateOptions,
): Promise<void> {
  const created = await client.create(request);
  const job = options.wait ? await waitForJob(client, created, !options.json) : created;
  process.stdout.write(`${options.json ? JSON.stringify(job) : jobText(job)}\n`);
  settle(job);
}

/** `retclip job create --program P --mode rescore --heads new.head.json --wait` */
export function jobCreateCommand(): Command {
  return new Command('create')
    .description('screen or re-score a selection of exams')
    .requiredOption('--program <id>', 'screening program')
    .addOption(
      new Option('--mode <mode>', 'screen: from the photographs; rescore: from stored features')
        .choices(JOB_MODES)
        .makeOptionMandatory(),
    )
    .option(
      '--heads <file...>',
      'heads to score with, besides the live ones; a live one of the same name gives way',
      [],
    )
    .option('--threshold <head/label=p...>', 'other thresholds', [])
    .option('--shadow', 'record the heads beside each result and let them decide nothing', false)
    .option('--since <instant>', 'screened at or after (ISO 8601)')
    .option('--until <instant>', 'screened before (ISO 8601)')
    .addOption(new Option('--outcome <outcome>', 'only this outcome').choices(OUTCOMES))
    .option('--label <label>', 'only exams with a finding of this label')
    .option('--min <probability>', 'with --label: at least so probable')
    .option('--not-screened', 'only exams not yet answered by this model and these heads', false)
    .option('--due-for-recall <days>', 'recalled at least so many days ago')
    .option('--manifest <file>', 'only the exams named: CSV with the columns patient and exam, or JSONL')
    .option('--retry <job>', 'only the exams that failed in an earlier job')
    .option(
      '--schedule <when>',
      '"cron(0 2 * * ? *)", "rate(1 day)" or "at(2027-01-31T02:00:00)" instead of now',
    )
    .option('--time-zone <zone>', 'of the schedule', 'UTC')
    .option('--wait', 'return when the job has ended', false)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print the job as one JSON object', false)
    .action(create);
}
