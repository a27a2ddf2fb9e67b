import type { LogLevel, PartialStrykerOptions } from '@stryker-mutator/api/core';

export const CACHE = '.cache/mutation';

/** Names the test files of a run, as a JSON list of patterns, to the processes that run them. */
export const TESTS_VARIABLE = 'RETCLIP_MUTATION_TESTS';

export const fileNameOf = (name: string): string => name.replaceAll('/', '-');

/**
 * @param name of the run: its incremental file and reports are kept under it
 * @param mutate the files' patterns
 * @param ignoreStatic leaves out what acts while a module is loaded (constants, schemas): to see it changed, all
 * tests must begin again for each such mutant, which takes five times as long as all the others together
 * @param isSample its tests are named by folder, and all of them run at first: what a command loads only when it is
 * called for, Stryker would not find to be tested by it. Processes, as some tests change what only a process has
 */
export function strykerOptions(
  name: string,
  mutate: string[],
  ignoreStatic: boolean,
  isSample = false,
): PartialStrykerOptions {
  const file = fileNameOf(name);
  return {
    mutate,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: {
      configFile: 'test/mutation/vitest.config.ts',
      pool: isSample ? 'forks' : 'threads',
      related: !isSample,
    },
    coverageAnalysis: 'perTest',
    ignoreStatic,
    concurrency: 2,
    incremental: true,
    incrementalFile: `${CACHE}/${file}.incremental.json`,
    reporters: ['json', 'html'],
    jsonReporter: { fileName: `${CACHE}/${file}.json` },
    htmlReporter: { fileName: `${CACHE}/${file}.html` },
    tempDirName: `${CACHE}/sandbox`,
    ignorePatterns: ['cdk.out', '.cache', '.git', 'docs/**/*.png'],
    allowConsoleColors: false,
    // A mutant that is only slow on a busy machine must not count as killed: loops without end are
    // found by their number of hits, long before this.
    timeoutMS: 20_000,
    timeoutFactor: 3,
    dryRunTimeoutMinutes: 60,
    // Stryker would rewrite it with TypeScript's former API, and nothing in the sandbox reads it.
    tsconfigFile: 'none',
    // Some parts of core have no test of their own.
    allowEmpty: true,
    logLevel: 'warn' as LogLevel,
    warnings: false,
    thresholds: { high: 90, low: 80, break: null },
  };
}
