import { open } from 'node:fs/promises';
import { type Head, HeadError, parseHead } from '../../core/heads/head.ts';

/**
 * Writes a head to a new file.
 *
 * @throws HeadError if the file is there already or cannot be written, or the head is not sound
 */
export async function writeHead(path: string, head: Head): Promise<void> {
  const text = `${JSON.stringify(head)}\n`;
  parseHead(text, path);
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new HeadError(
      error.code === 'EEXIST'
        ? `"${path}" is there already. Name a new file, or remove that one first.`
        : `Head "${path}" cannot be written: ${error.message}`,
      { cause: error },
    );
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
