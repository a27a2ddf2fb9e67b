import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { JOB_MODES, type JobMode } from '../../core/jobs/job-record.ts';
import type { HeadReference } from '../../core/models/active-model.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { JobClient } from './job-client.ts';
import { jobText } from './job-text.ts';
import { type SelectionOptions, selectionOf, thresholdsOf } from './selection.ts';
import { settle, waitForJob } from './wait-for-job.ts';

interface CreateOptions extends EndpointOptions, SelectionOptions {
  readonly program: string;
  readonly mode: JobMode;
  readonly heads: readonly string[];
  readonly threshold: readonly string[];
  readonly shadow: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Reads a head's file and keeps the head in the system. */
export async function sendHead(client: JobClient, file: string): Promise<HeadReference> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`Head "${file}" cannot be read: ${error.message}`);
  });
  const { HeadError } = await import('../../model/errors.ts');
  const { parseHead } = await import('../../model/heads/head.ts');
  try {
    // Statistics tell how a head was fitted; nothing is scored by them.
    const { statistics: _, ...head } = parseHead(text, file);
    return await client.storeHead(head);
  } catch (error) {
    if (error instanceof HeadError) throw new WrongUseError(error.message);
    throw error;
  }
}

async function create(options: CreateOptions): Promise<void> {
  const client = new JobClient(options);
  const thresholds = thresholdsOf(options.threshold);
  const heads: HeadReference[] = [];
  for (const file of options.heads) heads.push(await sendHead(client, file));
  const selection = await selectionOf(client, options);
  const { mode, shadow } = options;
  const created = await client.create({ mode, selection, heads, thresholds, shadow });
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
    .option('--wait', 'return when the job has ended', false)
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--json', 'print the job as one JSON object', false)
    .action(create);
}
