import { stat } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { isIdentifier, parseIdentifier } from '../../core/exams/identifier.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { EXIT_CODES, WrongUseError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import { examsOf, refuseConflicts } from './check-plan.ts';
import type { UploadPlan } from './planned-image.ts';
import { makeKey, readKey } from './pseudonym-key.ts';
import { extendTable } from './pseudonym-table.ts';
import { pseudonymous } from './pseudonymous.ts';
import { readManifest } from './read-manifest.ts';
import { planText, reportJson, reportText } from './report.ts';
import { scanFolder } from './scan-folder.ts';
import { sendPlan } from './send-plan.ts';
import { waitForResults } from './wait-for-results.ts';

interface UploadOptions extends EndpointOptions {
  readonly program?: string;
  readonly exam?: string;
  readonly concurrency: number;
  readonly wait: boolean;
  readonly patience: number;
  readonly dryRun: boolean;
  readonly pseudonymize: boolean;
  readonly keyFile?: string;
  readonly newKey: boolean;
  readonly table?: string;
  readonly json: boolean;
}

function identifierOption(what: 'program' | 'exam'): (value: string) => string {
  return (value) => {
    if (!isIdentifier(value.normalize('NFC'))) {
      // Throws the message that says why.
      try {
        return parseIdentifier(what, value);
      } catch (error) {
        throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
      }
    }
    return value.normalize('NFC');
  };
}

function countOption(least: number, most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (!Number.isInteger(count) || count < least || count > most) {
      throw new InvalidArgumentError(
        `Expected a whole number from ${least} to ${most} but received ${value}.`,
      );
    }
    return count;
  };
}

async function plannedUpload(source: string, options: UploadOptions): Promise<UploadPlan> {
  const { pseudonymize, keyFile, newKey, table, dryRun } = options;
  if (!pseudonymize) {
    if (keyFile !== undefined || newKey || table !== undefined)
      throw new WrongUseError('--key-file, --new-key and --table belong to --pseudonymize: give it as well.');
    return planOf(source, options);
  }
  if (keyFile === undefined) throw new WrongUseError('--pseudonymize needs --key-file: where is the key?');
  const key = newKey && !dryRun ? await makeKey(keyFile) : await readKey(keyFile);
  const plan = await planOf(source, options);
  // The table is written first: nothing may be sent that the operator could not tell again.
  if (!dryRun) await extendTable(table ?? `${keyFile}.pseudonyms.csv`, plan.images, key);
  return pseudonymous(plan, key);
}

async function planOf(source: string, options: UploadOptions): Promise<UploadPlan> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new WrongUseError(`There is no file or folder "${source}".`);
  if (!found.isDirectory()) return readManifest(source, options.program);
  if (options.program === undefined)
    throw new WrongUseError('A folder needs --program: whose photographs are these?');
  return scanFolder(source, options.program, options.exam);
}

async function upload(source: string, options: UploadOptions): Promise<void> {
  const plan = await plannedUpload(source, options);
  if (!options.json) process.stderr.write(`${planText(plan)}\n`);
  refuseConflicts(plan);
  if (options.dryRun) {
    if (options.json)
      process.stdout.write(`${JSON.stringify({ images: plan.images, refused: plan.refused })}\n`);
    if (plan.refused.length > 0) process.exitCode = EXIT_CODES.refusedItems;
    return;
  }
  if (plan.images.length === 0 && plan.refused.length === 0) {
    throw new WrongUseError(
      `There are no photographs in "${source}": JPEG, PNG, TIFF and WebP files are looked for.`,
    );
  }

  await findEndpoint(options);
  const clients = new Map<string, Client>();
  const clientOf = (program: string): Client => {
    const client = clients.get(program) ?? new Client(() => findEndpoint(options), program);
    clients.set(program, client);
    return client;
  };
  const began = Date.now();
  const sending = startProgress('Uploading', 'images', plan.images.length, !options.json);
  const report = await sendPlan(plan, clientOf, {
    concurrency: options.concurrency,
    onProgress: (done, bytes) => sending.update(done, `${(bytes / 2 ** 20).toFixed(1)} MiB`),
  }).finally(sending.stop);
  const seconds = (Date.now() - began) / 1000;

  const stored = [...report.sent, ...report.skipped];
  if (options.wait && stored.length > 0) {
    const screening = startProgress('Screening', 'exams', examsOf(plan).length, !options.json);
    await waitForResults(stored, clientOf, {
      patienceSeconds: options.patience,
      onProgress: (answered) => screening.update(answered),
    }).finally(screening.stop);
  }
  const refused = [...plan.refused, ...report.refused];
  const summary = { ...report, refused, ignored: plan.ignored, seconds, waited: options.wait };
  process.stdout.write(`${options.json ? reportJson(summary) : reportText(summary)}\n`);
  if (refused.length > 0) {
    if (!options.json) process.stderr.write(`${pc.yellow('Finished with refused items.')}\n`);
    process.exitCode = EXIT_CODES.refusedItems;
  }
}

/** `retclip upload DIR | manifest.csv --program P [--wait]` */
export function uploadCommand(): Command {
  return new Command('upload')
    .description('send a folder or a manifest of photographs; what is there already is not sent again')
    .argument('<source>', 'folder of photographs, or a manifest (CSV: program,patient,exam,laterality,path)')
    .option('--program <id>', 'screening program the photographs belong to', identifierOption('program'))
    .option('--exam <id>', 'name of the visit, for all photographs of a folder', identifierOption('exam'))
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--concurrency <n>', 'photographs under way at once', countOption(1, 64), 8)
    .option('--wait', 'return when the last exam sent has its result', false)
    .option(
      '--patience <seconds>',
      'with --wait: give up after so long without any answer',
      countOption(1, 86_400),
      1_200,
    )
    .option('--pseudonymize', 'send keyed hashes in place of the names of patients', false)
    .option('--key-file <file>', 'with --pseudonymize: the secret key; stays with you')
    .option('--new-key', 'with --pseudonymize: make the key file, which must not be there', false)
    .option('--table <csv>', 'with --pseudonymize: whose pseudonym is whose; stays with you')
    .option('--dry-run', 'show the plan and send nothing', false)
    .option('--json', 'print one JSON object', false)
    .action(upload);
}
