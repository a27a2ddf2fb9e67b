import { readFile } from 'node:fs/promises';
import { HeadError } from '../errors.ts';
import { type Head, parseHead } from './head.ts';

/**
 * Reads a head from its file.
 *
 * @throws HeadError naming the file, and the label or field at fault
 */
export async function readHead(path: string): Promise<Head> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new HeadError(`Head "${path}" cannot be read: ${error.message}`);
  });
  return parseHead(text, path);
}
