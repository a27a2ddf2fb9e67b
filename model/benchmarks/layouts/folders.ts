import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { mediaTypeOfExtension } from '../../../core/exams/image-formats.ts';
import type { Split } from '../benchmark-set.ts';
import { BenchmarkError } from '../errors.ts';

/** Names that releases give to the parts. */
export const SPLIT_FOLDERS: Readonly<Record<Split, readonly string[]>> = {
  train: ['train'],
  validation: ['val', 'valid', 'validation'],
  test: ['test'],
};

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** Entries of a folder in an order that no file system decides. */
export async function sortedEntries(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
}

/** Names of the photographs in a folder, not below it. Hidden files, as of macOS, are none. */
export async function imagesIn(folder: string): Promise<string[]> {
  return (await sortedEntries(folder)).filter(
    (name) => mediaTypeOfExtension(extname(name).slice(1)) !== undefined,
  );
}

/** A file's name without what follows the last dot. */
export function stemOf(file: string): string {
  return file.replace(/\.[^.]+$/, '');
}

/** @returns the first of several paths below a folder that is there */
export async function firstThere(
  folder: string,
  paths: readonly string[],
  kind: 'file' | 'folder',
): Promise<string | undefined> {
  for (const path of paths) {
    const candidate = join(folder, path);
    if (await (kind === 'file' ? isFile(candidate) : isFolder(candidate))) return candidate;
  }
  return undefined;
}

/** @throws BenchmarkError naming all paths that would do */
export async function needThere(
  folder: string,
  paths: readonly string[],
  kind: 'file' | 'folder',
): Promise<string> {
  const found = await firstThere(folder, paths, kind);
  if (found !== undefined) return found;
  const named = paths.map((path) => `"${path}"`).join(' or ');
  throw new BenchmarkError(`"${folder}" lacks the ${kind} ${named}.`);
}
