import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Patterns of the folders' test files. */
export const testFilesOf = (...folders: readonly string[]): string[] =>
  folders.map((folder) => `${folder}/**/*.test.ts`);

/** Tests of `core` itself, which take seconds, and those of the parts that stand on it as well. */
export const CORE_TESTS = testFilesOf('core');
export const TESTS_OVER_CORE = [
  ...testFilesOf('core', 'functions', 'rescore-worker'),
  'test/conformance/local-home.test.ts',
  'test/conformance/feature-store.test.ts',
];

/** Folders of which a sample of mutants is run, each with the tests that are about it. */
export const SAMPLED_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  aws: testFilesOf('aws', 'test/emulators'),
  // Those of `test/commands` run it in processes of their own, where no mutant lives.
  cli: testFilesOf('cli'),
  functions: testFilesOf('functions', 'rescore-worker'),
  'gpu-worker': testFilesOf('gpu-worker'),
  screening: testFilesOf('screening', 'gpu-worker'),
  judging: testFilesOf('judging'),
  lib: testFilesOf('lib', 'bin'),
  local: testFilesOf('local', 'test/conformance', 'functions/intake'),
  model: testFilesOf('model'),
  'rescore-worker': testFilesOf('rescore-worker', 'functions/aggregate'),
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
