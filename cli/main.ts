import { EXIT_CODES } from './errors.ts';
import { run } from './retclip.ts';
import { systemFault } from './system-fault.ts';

// Started by the launcher: without it this process could not be stopped.
process.on('disconnect', () => process.exit());
process.channel?.unref();
// A reader such as `head` stops once it has seen enough: not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`retclip: ${systemFault(error, 'standard output') ?? error.message}\n`);
  process.exit(EXIT_CODES.failed);
});

const code = await run(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
