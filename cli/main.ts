import { run } from './retclip.ts';

// Started by the launcher: without it there is nobody left to stop this process.
process.on('disconnect', () => process.exit());
process.channel?.unref();
// A reader such as `head` that has seen enough is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const code = await run(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
