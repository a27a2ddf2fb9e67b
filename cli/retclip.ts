import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { InvalidInputError } from '../core/errors.ts';
import { CliError, EXIT_CODES, type ExitCode } from './errors.ts';
import manifest from './package.json' with { type: 'json' };
import { systemFault } from './system-fault.ts';
import { errorColours } from './terminal/colours.ts';

/** Every verb, in the order of the help, with where it is: a run loads the one that it is for, and no other's libraries. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo/command.ts')).demoCommand(),
  local: async () => (await import('./local/command.ts')).localCommand(),
  login: async () => (await import('./login/command.ts')).loginCommand(),
  logout: async () => (await import('./login/command.ts')).logoutCommand(),
  upload: async () => (await import('./upload/command.ts')).uploadCommand(),
  results: async () => (await import('./results/command.ts')).resultsCommand(),
  review: async () => (await import('./review/command.ts')).reviewCommand(),
  reader: async () => (await import('./reader/command.ts')).readerCommand(),
  worklist: async () => (await import('./review/work-list.ts')).workListCommand(),
  job: async () => (await import('./job/index.ts')).jobCommand(),
  search: async () => (await import('./search/command.ts')).searchCommand(),
  export: async () => (await import('./export/command.ts')).exportCommand(),
  redrive: async () => (await import('./redrive/command.ts')).redriveCommand(),
  reconcile: async () => (await import('./reconcile/command.ts')).reconcileCommand(),
  patient: async () => (await import('./patient/index.ts')).patientCommand(),
  program: async () => (await import('./program/index.ts')).programCommand(),
  backup: async () => (await import('./backup/backup.ts')).backupCommand(),
  restore: async () => (await import('./backup/restore.ts')).restoreCommand(),
  model: async () => (await import('./model/index.ts')).modelCommand(),
  heads: async () => (await import('./heads/index.ts')).headsCommand(),
  policy: async () => (await import('./policy/index.ts')).policyCommand(),
  benchmark: async () => (await import('./benchmark/command.ts')).benchmarkCommand(),
};

/** These get a token, and take none. */
const SIGNING_IN: ReadonlySet<string> = new Set(['login', 'logout']);

/** The command with the verb that the words ask for, or with all where they name none. */
async function retclip(words: readonly string[]): Promise<Command> {
  const program = new Command('retclip')
    .description('Screens retinal photographs with RET-CLIP. Research use only: not for diagnosis.')
    .version(manifest.version)
    .helpCommand(true)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)');
  const [word = ''] = words;
  for (const [verb, load] of Object.entries(VERBS)) {
    if (verb === word || !Object.hasOwn(VERBS, word)) program.addCommand(await load());
  }
  for (const verb of program.commands) {
    inheritSettings(verb, program);
    if (!SIGNING_IN.has(verb.name())) addTokenFile(verb);
  }
  return program;
}

/** Errors of subcommands end here too, whatever their depth. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}

/** Every command that calls a system takes the token from a file too: words of a command line are seen by others. */
function addTokenFile(command: Command): void {
  if (command.options.some(({ long }) => long === '--stack')) {
    command.option('--token-file <file>', 'file with the token to sign in with; RETCLIP_TOKEN if left out');
  }
  for (const child of command.commands) addTokenFile(child);
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.wrongUse;
  if (error instanceof CliError) return error.exitCode;
  return error instanceof InvalidInputError ? EXIT_CODES.wrongUse : EXIT_CODES.failed;
}

/** What its user reads of an error. With RETCLIP_DEBUG set: all of it, with its stack and its causes. */
function messageOf(error: unknown): string {
  if (process.env.RETCLIP_DEBUG !== undefined) return inspect(error);
  if (!(error instanceof Error)) return String(error);
  return systemFault(error) ?? error.message;
}

/**
 * Runs the command and tells its user of what went wrong.
 *
 * @param words behind `retclip`
 * @returns the exit code; `undefined` if the verb came to its end and says itself what to exit with
 */
export async function run(words: readonly string[]): Promise<ExitCode | undefined> {
  try {
    await (await retclip(words)).parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    // Commander has already told the user of its own errors.
    if (!(error instanceof CommanderError))
      process.stderr.write(`${errorColours.red('retclip:')} ${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}
