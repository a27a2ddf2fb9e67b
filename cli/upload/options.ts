import { Command, InvalidArgumentError } from 'commander';
import { reasonOf } from '../../core/errors.ts';
import { isIdentifier, parseIdentifier } from '../../core/exams/identifier.ts';
import { checkOwnPattern } from '../../core/names/own-pattern.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';

export interface UploadOptions extends EndpointOptions {
  readonly program?: string;
  readonly newProgram: boolean;
  readonly exam?: string;
  readonly pattern?: string;
  readonly encoding?: string;
  readonly acceptDoubts: readonly string[];
  readonly concurrency: number;
  readonly wait: boolean;
  readonly watch: boolean;
  readonly patience: number;
  readonly dryRun: boolean;
  readonly pseudonymize: boolean;
  readonly keyFile?: string;
  readonly newKey: boolean;
  readonly table?: string;
  readonly json: boolean;
}

/** Runs a check and tells commander what is wrong. */
function told<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw new InvalidArgumentError(reasonOf(error));
  }
}

function identifierOption(what: 'program' | 'exam'): (value: string) => string {
  return (value) => {
    const normal = value.normalize('NFC');
    return isIdentifier(normal) ? normal : told(() => parseIdentifier(what, value));
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

/** A programme's own pattern, checked. */
export function patternOption(value: string): string {
  told(() => checkOwnPattern(value));
  return value;
}

/** Names of `--accept-doubts`, which may be given several times or parted by commas. */
export function acceptOption(value: string, former: readonly string[] = []): string[] {
  return [...former, ...value.split(',').map((name) => name.trim())].filter((name) => name !== '');
}

/** The verb with all its options, without what it does. */
export function uploadOptions(): Command {
  return new Command('upload')
    .description('send a folder or a manifest of photographs; what is there already is not sent again')
    .argument(
      '<source>',
      'folder of photographs, or a manifest (CSV or .xlsx: program,patient,exam,laterality,path)',
    )
    .option('--program <id>', 'screening program the photographs belong to', identifierOption('program'))
    .option('--new-program', 'the program may be new to the system', false)
    .option('--exam <id>', 'name of the visit, for all photographs of a folder', identifierOption('exam'))
    .option(
      '--pattern <pattern>',
      "how the folder's files are named: '{patient}_{date}_{eye}_{n}' (docs/upload.md)",
      patternOption,
    )
    .option('--encoding <name>', 'of a manifest that is neither UTF-8 nor UTF-16: gbk, windows-1252, …')
    .option(
      '--accept-doubts <names>',
      'what may be sent as read without asking: all, kinds of doubts, or files; parted by commas',
      acceptOption,
      [],
    )
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--concurrency <n>', 'photographs under way at once', countOption(1, 64), 8)
    .option('--wait', 'return when the last exam sent has its result', false)
    .option('--watch', 'go on: send what comes into the folder, as beside a camera, until Ctrl-C', false)
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
    .option('--json', 'print one JSON object', false);
}

/** Options by which a verb that sends nothing reads a folder or manifest of photographs, as `upload` does. */
export function withCohortSource(command: Command): Command {
  return command
    .option('--program <id>', "take the manifest's photographs of this program")
    .option('--pattern <pattern>', "how the folder's files are named: '{patient}_{eye}'", patternOption)
    .option('--encoding <name>', 'of a manifest that is neither UTF-8 nor UTF-16')
    .option(
      '--accept-doubts <names>',
      'what is taken as read without asking: all, kinds of doubts, or files; parted by commas',
      acceptOption,
      [],
    );
}
