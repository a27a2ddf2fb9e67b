import { defineConfig } from 'vitest/config';
import { TESTS_VARIABLE } from './stryker-options.ts';

/** The tests that may kill a mutant: as few as the run names, because a mutant costs seconds. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env[TESTS_VARIABLE] ?? '["**/*.test.ts"]'),
    exclude: [
      ...['node_modules/**', 'cdk.out/**', '.cache/**'],
      // A mutant lives in the process of the tests only: those that kill or watch other processes cannot see it.
      ...['test/kill/**', 'test/jobs/**', 'test/crash/**'],
      // Random steps find a mutant in one run and miss it in the next.
      ...['functions/exactly-once.test.ts', 'rescore-worker/exactly-once.test.ts'],
      // A signal to a process that is busy with mutants comes too late.
      'test/commands/upload.test.ts',
      // Seconds of waiting for an empty queue, for each mutant; core's own tests of dead letters do not wait.
      'functions/api/dead-letters.test.ts',
      // Minutes of pictures, of which no code of these folders knows.
      ...['test/benchmarks/**', 'test/parity/**', 'test/mutation/**', 'bundles/**', 'phantoms/**'],
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One process runs all files of a mutant: a fresh one for each file would take most of the time.
    isolate: false,
  },
});
