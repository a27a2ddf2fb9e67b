import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { Random } from '../../phantoms/random.ts';
import { filesOf } from './mutated-files.ts';

const QUIET = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  ...{ trace: () => undefined, debug: () => undefined, info: () => undefined },
  ...{ warn: () => undefined, error: () => undefined, fatal: () => undefined },
};

type Identified = Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>;

function identity({ fileName, location, mutatorName, replacement }: Identified, countedFrom: number): string {
  const { start, end } = location;
  const numbers = [start.line, start.column, end.line, end.column].map((number) => number - countedFrom);
  return [fileName, numbers.join(':'), mutatorName, replacement].join(' ');
}

/** What tells a mutant from every other one; Stryker's own numbers change with the files of a run. */
export function identityOf(mutant: Identified): string {
  return identity(mutant, 0);
}

/** The same of a result, whose lines and columns Stryker counts from 1. */
export function identityOfResult(result: Identified): string {
  return identity(result, 1);
}

/** All mutants that Stryker makes of the folders' code, but for those that a comment in it leaves out. */
async function mutantsOf(folders: readonly string[]): Promise<Mutant[]> {
  const names = (await Promise.all(folders.map(filesOf))).flat();
  const files = await Promise.all(
    names.map(async (name) => ({
      name: resolve(name),
      content: await readFile(name, 'utf8'),
      mutate: true,
    })),
  );
  const { mutants } = await new Instrumenter(QUIET).instrument(files, {
    ...{ plugins: [], ignorers: [], excludedMutations: [] },
  });
  return mutants.filter(({ status }) => status === undefined);
}

/**
 * `count` mutants of the folders, each as likely as any other, the same ones for the same seed and code.
 *
 * @returns how many there are, too
 */
export async function sampledMutants(folders: readonly string[], seed: number, count: number) {
  const mutants = await mutantsOf(folders);
  const random = new Random('mutants', seed);
  const drawn = mutants.map((mutant) => ({ mutant, lot: random.next() }));
  const sample = drawn
    .sort((a, b) => a.lot - b.lot)
    .slice(0, count)
    .map(({ mutant }) => mutant);
  return { sample, total: mutants.length };
}
