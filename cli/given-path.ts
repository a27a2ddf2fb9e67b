import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WrongUseError } from './errors.ts';

/**
 * Sees that what a command names is there, before any work.
 *
 * @param what names it in the message: `Photograph`
 * @throws WrongUseError
 */
export async function requireFile(what: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new WrongUseError(`${what} "${path}" is not there. Check its name.`);
  if (found.isDirectory()) throw new WrongUseError(`${what} "${path}" is a folder. Name a file in it.`);
}

/** The same for a folder. @throws WrongUseError */
export async function requireFolder(what: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new WrongUseError(`${what} "${path}" is not there. Check its name.`);
  if (!found.isDirectory()) throw new WrongUseError(`${what} "${path}" is no folder.`);
}

/** Sees that a file can be written under a name: its folder is there, and no folder has its name. @throws WrongUseError */
export async function requirePlace(path: string): Promise<void> {
  await requireFolder('Folder', dirname(path));
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw new WrongUseError(`"${path}" is a folder. Name a file that is to be written in it.`);
}

/** Sees that nothing has a name yet. @throws WrongUseError */
export async function requireNew(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined)
    throw new WrongUseError(`"${path}" is there already. Name a new one, or remove that one first.`);
}
