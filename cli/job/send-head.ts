import { readFile } from 'node:fs/promises';
import type { HeadReference } from '../../core/models/active-model.ts';
import { WrongUseError } from '../errors.ts';

/** Whatever keeps heads in the system. */
export interface HeadKeeper {
  storeHead(head: unknown): Promise<HeadReference>;
}

/** Reads a head's file and keeps the head in the system. */
export async function sendHead(client: HeadKeeper, file: string): Promise<HeadReference> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`Head "${file}" cannot be read: ${error.message}`);
  });
  const { HeadError } = await import('../../model/errors.ts');
  const { parseHead } = await import('../../model/heads/head.ts');
  try {
    // Statistics tell how a head was fitted; nothing is scored by them.
    const { statistics: _, ...head } = parseHead(text, file);
    return await client.storeHead(head);
  } catch (error) {
    if (error instanceof HeadError) throw new WrongUseError(error.message);
    throw error;
  }
}
