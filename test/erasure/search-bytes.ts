import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Bytes that must not be found, by what they are. */
export type Needles = ReadonlyMap<string, Uint8Array>;

/** Every file of a folder, in all its folders. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Looks for bytes in every file, as they lie on the disk. @returns `what in file`, for each that is found */
export async function foundIn(folder: string, needles: Needles): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesOf(folder)) {
    const content = await readFile(join(folder, file));
    for (const [what, bytes] of needles) {
      const at = content.indexOf(Buffer.from(bytes));
      if (at === -1) continue;
      found.push(`${what} in ${file.replace(/[0-9a-f]{64}/, 'SHA-256')}`);
      if (process.env.SHOW_BYTES !== undefined) {
        console.error(file, at, JSON.stringify(content.toString('latin1', Math.max(0, at - 150), at + 150)));
      }
    }
  }
  return found;
}
