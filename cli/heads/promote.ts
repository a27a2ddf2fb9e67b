import { Command } from 'commander';
import type { HeadReference } from '../../core/activation/active-model.ts';
import type { Promotion } from '../../core/heads/promotion.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { JobClient } from '../job/job-client.ts';
import { sendHead } from '../job/send-head.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { LiveHeadsClient } from './live-client.ts';
import { trialOfJob, trialOfNewExams } from './trial.ts';

interface PromoteOptions extends EndpointOptions {
  readonly job?: string;
  readonly program?: string;
  readonly shadow: boolean;
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
      'Which heads? Name their files, or give --job JOB and --program P of a shadow job, or --shadow.',
    );
  const shown = await new JobClient({ ...options, program }).show(job);
  if (shown.shadow && trialOfJob(shown).over.exams === 0)
    throw new WrongUseError(
      `Job ${job} compared no exam: nothing speaks for its heads. To make them live nevertheless, name their files.`,
    );
  return shown.heads;
}

/** The heads that are tried on new exams, if there were any in the program. */
async function headsInShadow(
  client: LiveHeadsClient,
  options: PromoteOptions,
): Promise<readonly HeadReference[]> {
  const { shadow } = await client.active();
  if (shadow === undefined)
    throw new WrongUseError('No head is in shadow. Try one first: retclip heads shadow start FILE');
  const { program } = options;
  if (program === undefined)
    throw new WrongUseError('Where were they tried? Name the program whose exams were compared: --program P');
  const trial = await trialOfNewExams({ ...options, program });
  if (trial === null || trial.over.exams === 0)
    throw new WrongUseError(
      `No exam of program ${program} was compared since they are in shadow: nothing speaks for these heads. To make them live nevertheless, name their files.`,
    );
  return shadow.heads;
}

async function headsOf(
  client: LiveHeadsClient,
  files: readonly string[],
  options: PromoteOptions,
): Promise<readonly HeadReference[]> {
  if (options.shadow) return headsInShadow(client, options);
  if (files.length === 0) return headsOfJob(options);
  const sent: HeadReference[] = [];
  for (const file of files) sent.push(await sendHead(client, file));
  return sent;
}

async function promote(files: readonly string[], options: PromoteOptions): Promise<void> {
  const given = [files.length > 0, options.job !== undefined, options.shadow].filter(Boolean);
  if (given.length > 1)
    throw new WrongUseError('Files, --job and --shadow contradict each other: give one of them.');
  const client = new LiveHeadsClient(options);
  print(await client.promote(await headsOf(client, files, options)), options.json);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print the change as one JSON object', false);
}

/** `retclip heads promote new.head.json` or `retclip heads promote --job JOB --program P` */
export function headsPromoteCommand(): Command {
  return verb('promote', 'make heads live: new exams are screened with them')
    .argument('[file...]', 'files of the heads; a live head of the same name gives way')
    .option('--job <job>', 'the heads of this job instead')
    .option('--program <id>', 'program of that job, or where the heads in shadow were tried')
    .option('--shadow', 'the heads that are tried on new exams', false)
    .action(promote);
}

/** `retclip heads rollback` */
export function headsRollbackCommand(): Command {
  return verb('rollback', 'take the latest promotion back; again, the one before it').action(
    async (options: PromoteOptions) => print(await new LiveHeadsClient(options).rollBack(), options.json),
  );
}
