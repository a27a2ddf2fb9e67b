import { open } from 'node:fs/promises';
import { isMissing } from '../storage-errors.ts';

const CHUNK_BYTES = 4 * 1_024 * 1_024;

/** `true` if a file holds one of the byte sequences, wherever they lie in it. Read from its start to its end. */
export async function holdsBytes(file: string, sequences: readonly Buffer[]): Promise<boolean> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  try {
    const overlap = Math.max(0, ...sequences.map(({ length }) => length - 1));
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return false;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      if (sequences.some((sequence) => bytes.includes(sequence))) return true;
      rest = bytes.subarray(Math.max(0, bytes.length - overlap));
    }
  } finally {
    await handle.close();
  }
}

/**
 * How a patient is written into the pages of the databases: in keys, side by side in columns, in sort texts and in JSON.
 * None of them is another program's patient of the same name, but for the sort text.
 */
export function pageSpellings(program: string, patient: string): Buffer[] {
  return [
    `/${program}/${patient}/`,
    `${program}${patient}`,
    `\u0001${patient}\u0001`,
    `"program":"${program}","patient":"${patient}"`,
  ].map((text) => Buffer.from(text));
}
