import type { HeadReference } from '../../core/activation/active-model.ts';
import type { Head } from '../../core/heads/head.ts';
import { WrongUseError } from '../errors.ts';

/** Whatever keeps heads in the system. */
export interface HeadKeeper {
  storeHead(head: unknown): Promise<HeadReference>;
}

/** Reads a head from its file. @throws WrongUseError if it cannot be read or is none */
export async function headOfFile(file: string): Promise<Head> {
  const { HeadError } = await import('../../core/heads/head.ts');
  const { readHead } = await import('../../model/heads/read-head.ts');
  try {
    return await readHead(file);
  } catch (error) {
    if (error instanceof HeadError) throw new WrongUseError(error.message);
    throw error;
  }
}

/** Reads a head's file and keeps the head in the system. */
export async function sendHead(client: HeadKeeper, file: string): Promise<HeadReference> {
  // Statistics tell how a head was fitted; nothing is scored by them.
  const { statistics: _, ...head } = await headOfFile(file);
  return client.storeHead(head);
}
