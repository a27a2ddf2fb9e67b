import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { CoreError, InvalidInputError } from '../core/errors.ts';
import { benchmarkCommand } from './benchmark/command.ts';
import { demoCommand } from './demo/command.ts';
import { CliError, EXIT_CODES, type ExitCode } from './errors.ts';
import { exportCommand } from './export/command.ts';
import { headsCommand } from './heads/index.ts';
import { jobCommand } from './job/index.ts';
import { localCommand } from './local/command.ts';
import { modelCommand } from './model/index.ts';
import { redriveCommand } from './redrive/command.ts';
import { resultsCommand } from './results/command.ts';
import { reviewCommand } from './review/command.ts';
import { workListCommand } from './review/work-list.ts';
import { searchCommand } from './search/command.ts';
import { uploadCommand } from './upload/command.ts';

/** The whole command, every verb in a file or folder of its own name. */
export function retclip(): Command {
  const program = new Command('retclip')
    .description('Screens retinal photographs with RET-CLIP. Research use only: not for diagnosis.')
    .helpCommand(true)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)');
  for (const verb of [
    demoCommand(),
    localCommand(),
    uploadCommand(),
    resultsCommand(),
    reviewCommand(),
    workListCommand(),
    jobCommand(),
    searchCommand(),
    exportCommand(),
    redriveCommand(),
    modelCommand(),
    headsCommand(),
    benchmarkCommand(),
  ]) {
    program.addCommand(verb);
  }
  for (const verb of program.commands) inheritSettings(verb, program);
  return program;
}

/** Errors of subcommands end here too, whatever their depth. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.wrongUse;
  if (error instanceof CliError) return error.exitCode;
  return error instanceof InvalidInputError ? EXIT_CODES.wrongUse : EXIT_CODES.failed;
}

/** Our own errors say all that the user needs; any other shows where it came from. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof CliError || error instanceof CoreError || 'code' in error;
  return expected || process.env.RETCLIP_DEBUG === undefined ? error.message : (error.stack ?? error.message);
}

// Started by the launcher: without it there is nobody left to stop this process.
process.on('disconnect', () => process.exit());
process.channel?.unref();
// A reader such as `head` that has seen enough is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await retclip().parseAsync();
} catch (error) {
  // Commander has already told the user of its own errors.
  if (!(error instanceof CommanderError)) process.stderr.write(`${pc.red('retclip:')} ${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
