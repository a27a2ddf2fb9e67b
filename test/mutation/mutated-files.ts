import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of which a sample of mutants is run. */
export const SAMPLED_FOLDERS = [
  'aws',
  'cli',
  'functions',
  'gpu-worker',
  'lib',
  'local',
  'model',
  'rescore-worker',
] as const;

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
