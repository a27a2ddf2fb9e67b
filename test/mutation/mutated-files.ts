import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const of = (...folders: readonly string[]): string[] => folders.map((folder) => `${folder}/**/*.test.ts`);

/** Tests of `core` itself, which take seconds, and those of the parts that stand on it as well. */
export const CORE_TESTS = of('core');
export const TESTS_OVER_CORE = [
  ...of('core', 'functions', 'rescore-worker'),
  'test/conformance/local-home.test.ts',
  'test/conformance/feature-store.test.ts',
];

/** Folders of which a sample of mutants is run, each with the tests that are about it. */
export const SAMPLED_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  aws: of('aws', 'test/emulators'),
  // Those of `test/commands` run it in processes of their own, where no mutant lives.
  cli: of('cli'),
  functions: of('functions', 'rescore-worker'),
  'gpu-worker': of('gpu-worker'),
  judging: of('judging'),
  lib: of('lib', 'bin'),
  local: of('local', 'test/conformance', 'functions/intake'),
  model: of('model'),
  'rescore-worker': of('rescore-worker', 'functions/aggregate'),
};

/** The parts of `core`, each mutated whole. */
export async function coreFolders(): Promise<string[]> {
  const entries = await readdir('core', { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
    .map((entry) => `core/${entry.name}`)
    .sort();
}

/** What Stryker mutates of a folder: its code, not its tests or what they are made of. */
export function patternsOf(folder: string): string[] {
  return [`${folder}/**/*.ts`, `!${folder}/**/*.test.ts`, `!${folder}/**/testing/**`];
}

/** The same files by name, sorted, so that a seed picks the same mutants on every machine. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.split('/').includes('testing'))
    .sort();
}
