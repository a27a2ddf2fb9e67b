import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant, MutantResult, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { reasonOf } from '../../core/errors.ts';
import {
  CORE_TESTS,
  coreFolders,
  patternsOf,
  SAMPLED_FOLDERS,
  TESTS_OVER_CORE,
  testFilesOf,
} from './mutated-files.ts';
import { SAMPLE_FILE_VARIABLE } from './sample-checker.ts';
import { identityOf, identityOfResult, sampledMutants } from './sampled-mutants.ts';
import { type Score, scoreOf, scoreTable, sumOf } from './score.ts';
import { CACHE, fileNameOf, strykerOptions, TESTS_VARIABLE } from './stryker-options.ts';

const HELP = `Changes the code in small ways and counts which changes no test notices.

  npm run test:mutation                        core whole, then a sample of the other folders
  npm run test:mutation -- core                core whole
  npm run test:mutation -- core/jobs model/qc  these folders whole
  npm run test:mutation -- sample [--mutants 200] [--seed 1] [--room local --room model]

Mutants that act while a module is loaded (constants, schemas) are left out, as each needs all tests to begin
again; --static runs them too. --own runs core against its own tests alone, --tests FOLDER [--tests FOLDER] against
those of these folders alone. --room runs what the sample has of that folder only, or a sample of a folder of
core. What did not change since the last run is not run again (--force runs all). Scores, survivors and
Stryker's own reports are written to ${CACHE}.`;

interface Choice {
  readonly force: boolean;
  readonly withStatic: boolean;
  /** Only the tests of `core` itself: minutes instead of hours, and a lower score. */
  readonly onlyOwnTests: boolean;
  /** Folders whose tests alone are run; all if none is named. */
  readonly testsOf: readonly string[];
}

async function run(options: PartialStrykerOptions, tests: readonly string[], force: boolean) {
  process.env[TESTS_VARIABLE] = JSON.stringify(tests);
  return new Stryker({ ...options, force }).runMutationTest();
}

/**
 * Runs a folder's mutants. What `core`'s own tests let live is run once more against those of the parts above
 * it: Stryker keeps from one run to the next what has been killed.
 */
async function runFolder(
  folder: string,
  { force, withStatic, onlyOwnTests, testsOf }: Choice,
): Promise<readonly MutantResult[]> {
  const options = strykerOptions(folder, patternsOf(folder), !withStatic);
  if (testsOf.length > 0) return run(options, testFilesOf(...testsOf), force);
  if (!folder.startsWith('core')) return run(options, ['**/*.test.ts'], force);
  const isFirst = force || !existsSync(options.incrementalFile ?? '');
  if (onlyOwnTests) return run(options, CORE_TESTS, force);
  if (isFirst) await run(options, CORE_TESTS, force);
  return run(options, TESTS_OVER_CORE, false);
}

const minutesSince = (began: number): number => (performance.now() - began) / 60_000;

/** Lists those that no test noticed, as one would look them up in the code. */
async function writeDown(name: string, scores: readonly Score[], results: readonly MutantResult[]) {
  const alive = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const survivors = alive.map(({ fileName, location, mutatorName, replacement, status }) => {
    const file = fileName.slice(process.cwd().length + 1);
    return { file, line: location.start.line, status, mutator: mutatorName, replacement };
  });
  const file = `${CACHE}/${fileNameOf(name)}.score.json`;
  await writeFile(file, `${JSON.stringify({ scores, survivors }, null, 2)}\n`);
}

async function runWhole(folders: readonly string[], choice: Choice): Promise<void> {
  const scores: Score[] = [];
  for (const folder of folders) {
    const began = performance.now();
    const results = await runFolder(folder, choice);
    const score = scoreOf(folder, results, minutesSince(began));
    await writeDown(folder, [score], results);
    scores.push(score);
    console.log(scoreTable([score], false).split('\n').at(-1));
  }
  console.log(scoreTable([...scores, sumOf('all', scores)], false));
}

/** Lets only the given mutants run, with the tests of their folder. */
async function runOnly(
  name: string,
  mutants: readonly Mutant[],
  tests: readonly string[],
  { force, withStatic }: Choice,
): Promise<readonly MutantResult[]> {
  const identities = new Set(mutants.map(identityOf));
  const sampleFile = resolve(`${CACHE}/${fileNameOf(name)}.mutants.json`);
  await writeFile(sampleFile, JSON.stringify([...identities]));
  process.env[SAMPLE_FILE_VARIABLE] = sampleFile;
  const files = new Set(mutants.map(({ fileName }) => fileName.slice(process.cwd().length + 1)));
  const options = strykerOptions(name, [...files], !withStatic, true);
  const plugins = [...(options.plugins ?? []), resolve('test/mutation/sample-checker.ts')];
  const results = await run({ ...options, plugins, checkers: ['sample'] }, tests, force);
  return results.filter((result) => identities.has(identityOfResult(result)));
}

/**
 * @param rooms folders whose part of the sample is run; all if none is named. A folder of core, which is no part of it, has
 * a sample of its own
 */
async function runSample(
  seed: number,
  count: number,
  rooms: readonly string[],
  choice: Choice,
): Promise<void> {
  const ofCore = rooms.filter((room) => room.startsWith('core'));
  const sampled: Readonly<Record<string, readonly string[]>> =
    ofCore.length > 0 ? Object.fromEntries(ofCore.map((room) => [room, CORE_TESTS])) : SAMPLED_FOLDERS;
  const { sample, total } = await sampledMutants(Object.keys(sampled), seed, count);
  const scores: Score[] = [];
  const all: MutantResult[] = [];
  for (const [folder, usual] of Object.entries(sampled)) {
    const tests = choice.testsOf.length > 0 ? testFilesOf(...choice.testsOf) : usual;
    const own = sample.filter(({ fileName }) => fileName.startsWith(`${resolve(folder)}/`));
    if (own.length === 0 || (rooms.length > 0 && !rooms.includes(folder))) continue;
    const began = performance.now();
    const results = await runOnly(`sample-${seed}-${count}-${folder}`, own, tests, choice).catch(
      (error: unknown) => {
        // Its tests fail without any mutant. The other folders can be measured all the same.
        console.error(`${folder} was not measured: ${reasonOf(error)}`);
        process.exitCode = 1;
        return undefined;
      },
    );
    if (results === undefined) continue;
    scores.push(scoreOf(folder, results, minutesSince(began)));
    all.push(...results);
    console.log(scoreTable(scores.slice(-1), true).split('\n').at(-1));
    await writeDown(`sample-${seed}-${count}`, scores, all);
  }
  console.log(`${all.length} of ${total} mutants, seed ${seed}:`);
  console.log(scoreTable([...scores, sumOf('all', scores)], true));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    tests: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'string', default: '200' },
    room: { type: 'string', multiple: true, default: [] },
  },
});
if (values.help) {
  console.log(HELP);
} else {
  await mkdir(CACHE, { recursive: true });
  const { force, static: withStatic, own: onlyOwnTests, tests: testsOf } = values;
  const choice: Choice = { force, withStatic, onlyOwnTests, testsOf };
  const asked = positionals.length === 0 ? ['core', 'sample'] : positionals;
  const folders = await Promise.all(
    asked.map(async (what) => (what === 'core' ? coreFolders() : what === 'sample' ? [] : [what])),
  );
  if (folders.flat().length > 0) await runWhole(folders.flat(), choice);
  if (asked.includes('sample')) {
    await runSample(Number(values.seed), Number(values.mutants), values.room, choice);
  }
}
