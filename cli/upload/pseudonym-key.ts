import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { WrongUseError } from '../errors.ts';

const NEW_KEY_BYTES = 32;
/** A shorter key could be guessed, and with it whose pseudonym is whose. */
const LEAST_KEY_BYTES = 16;

/** @throws WrongUseError if there is no such file or it is too short for a key */
export async function readKey(file: string): Promise<Uint8Array> {
  const key = await readFile(file).catch(() => undefined);
  if (key === undefined) {
    throw new WrongUseError(
      `There is no key file "${file}". Another key makes other pseudonyms: give the one you used before, or add --new-key for a first upload.`,
    );
  }
  if (key.length < LEAST_KEY_BYTES) {
    throw new WrongUseError(
      `Key file "${file}" has ${key.length} bytes, but a key has ${LEAST_KEY_BYTES} at least. Make one by --new-key.`,
    );
  }
  return key;
}

/** Makes a key file that its owner alone can read. @throws WrongUseError if there is one already */
export async function makeKey(file: string): Promise<Uint8Array> {
  const key = randomBytes(NEW_KEY_BYTES);
  try {
    await writeFile(file, key, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new WrongUseError(`There is a key file "${file}" already: leave --new-key out to use it.`);
    }
    throw error;
  }
  return key;
}
