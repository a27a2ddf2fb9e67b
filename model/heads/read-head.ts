import { readFile } from 'node:fs/promises';
import { type Head, HeadError, parseHead } from '../../core/heads/head.ts';

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
