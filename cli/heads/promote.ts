import { Command } from 'commander';
import pc from 'picocolors';
import type { HeadReference } from '../../core/models/active-model.ts';
import type { Promotion } from '../../core/models/promotion.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { JobClient } from '../job/job-client.ts';
import { sendHead } from '../job/send-head.ts';
import { LiveHeadsClient } from './live-client.ts';

interface PromoteOptions extends EndpointOptions {
  readonly job?: string;
  readonly program?: string;
  readonly json: boolean;
}

function names(heads: readonly HeadReference[]): string {
  return heads.map(({ name, id }) => `${name} (${id.slice(0, 8)})`).join(', ') || 'none';
}

function print(promotion: Promotion, json: boolean): void {
  const text = [
    `${pc.bold(promotion.kind === 'promote' ? 'Promoted' : 'Rolled back')} · change ${promotion.number}`,
    `  live before  ${names(promotion.from.heads)}`,
    `  live now     ${names(promotion.to.heads)}`,
    pc.dim(
      '  New exams follow within seconds. Exams screened before keep their answers: retclip job create --mode rescore',
    ),
    ...(promotion.kind === 'promote' ? [pc.dim('  Take it back: retclip heads rollback')] : []),
  ].join('\n');
  process.stdout.write(`${json ? JSON.stringify(promotion) : text}\n`);
}

/** The heads of a job that was tried in shadow. */
async function headsOfJob(options: PromoteOptions): Promise<readonly HeadReference[]> {
  const { job, program } = options;
  if (job === undefined || program === undefined)
    throw new WrongUseError(
      'Which heads? Name their files, or give --job JOB and --program P of a shadow job.',
    );
  const { heads } = await new JobClient({ ...options, program }).show(job);
  return heads;
}

async function promote(files: readonly string[], options: PromoteOptions): Promise<void> {
  if (files.length > 0 && options.job !== undefined)
    throw new WrongUseError('Files and --job contradict each other: give one of them.');
  const client = new LiveHeadsClient(options);
  const sent: HeadReference[] = [];
  for (const file of files) sent.push(await sendHead(client, file));
  print(await client.promote(files.length === 0 ? await headsOfJob(options) : sent), options.json);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--json', 'print the change as one JSON object', false);
}

/** `retclip heads promote new.head.json` or `retclip heads promote --job JOB --program P` */
export function headsPromoteCommand(): Command {
  return verb('promote', 'make heads live: new exams are screened with them')
    .argument('[file...]', 'files of the heads; a live head of the same name gives way')
    .option('--job <job>', 'the heads of this job instead')
    .option('--program <id>', 'program of that job')
    .action(promote);
}

/** `retclip heads rollback` */
export function headsRollbackCommand(): Command {
  return verb('rollback', 'take the latest promotion back; again, the one before it').action(
    async (options: PromoteOptions) => print(await new LiveHeadsClient(options).rollBack(), options.json),
  );
}
