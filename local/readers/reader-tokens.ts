import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { makePassphrase, storePassphrase } from './passphrase.ts';
import { parseReader, type ReaderRecord, type ReaderScope } from './reader-record.ts';

/** Somebody who may sign in on this machine, with the file that says so. */
export interface LocalReader extends Omit<ReaderRecord, 'schema'> {
  /** Name of the file, by which a session finds it again. */
  readonly file: string;
}

/** What opens the system for a reader, told once. */
export interface ReaderCredentials {
  /** 192 random bits, for commands. */
  readonly token: string;
  /** For people: the reading room. */
  readonly passphrase: string;
}

export interface NewReader {
  readonly name: string;
  readonly programs: readonly string[] | '*';
  readonly scopes: readonly ReaderScope[];
  /** A random one if left out. */
  readonly passphrase?: string;
}

/** Folder of a data folder: one file for each token, named by the token's SHA-256. The token itself is kept nowhere. */
const FOLDER = 'readers';
const FILE = /^[0-9a-f]{64}\.json$/;
/** Subject of the data folder's own token. */
export const OPERATOR_SUBJECT = 'operator';

function fileName(token: string): string {
  return `${createHash('sha256').update(token).digest('hex')}.json`;
}

function readerOf(text: string, folder: string, file: string): LocalReader {
  const { schema: _, ...reader } = parseReader(text, join(folder, file));
  return { ...reader, file };
}

/** Writes what is kept of a reader, for the owner alone, and never half. */
async function write(dataFolder: string, { file, ...reader }: LocalReader): Promise<void> {
  const folder = join(dataFolder, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const record: ReaderRecord = { schema: 'reader/2', ...reader };
  const temporary = join(folder, `.${file}.${process.pid}`);
  await writeFile(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(temporary, join(folder, file));
}

/** The same name for people: in the audit trail "Anna" and "anna" must not be two. */
function sameName(a: string, b: string): boolean {
  return a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();
}

/** Everybody who may sign in on this machine, by name. */
export async function listReaders(dataFolder: string): Promise<LocalReader[]> {
  const folder = join(dataFolder, FOLDER);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const readers = names
    .filter((name) => FILE.test(name))
    .map(async (name) => readerOf(await readFile(join(folder, name), 'utf8'), folder, name));
  return (await Promise.all(readers)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Lets somebody sign in under a name.
 *
 * @throws InvalidInputError if the name is taken or no name, or the passphrase is too short
 */
export async function addReader(dataFolder: string, added: NewReader, now: Date): Promise<ReaderCredentials> {
  const { name, programs, scopes, passphrase = makePassphrase() } = added;
  const parsed = identifierSchema.safeParse(name);
  if (!parsed.success) {
    throw new InvalidInputError(
      `${JSON.stringify(name)} cannot name a reader: ${parsed.error.issues[0]?.message}. Choose a pseudonym such as "dr-lee".`,
    );
  }
  if (sameName(name, OPERATOR_SUBJECT)) {
    throw new InvalidInputError(`"${name}" is the data folder's own token. Choose another name.`);
  }
  const taken = (await listReaders(dataFolder)).find((reader) => sameName(reader.name, name));
  if (taken !== undefined) {
    throw new InvalidInputError(
      `Reader "${taken.name}" is there already. Choose another name; or, for a new token, remove "${taken.name}" first.`,
    );
  }
  const token = randomBytes(24).toString('base64url');
  await write(dataFolder, {
    ...{ file: fileName(token), name, addedAt: now.toISOString() },
    ...{ programs: programs === '*' ? '*' : [...programs], scopes: [...scopes] },
    passphrase: await storePassphrase(passphrase),
  });
  return { token, passphrase };
}

function unknownReader(name: string, all: readonly LocalReader[]): InvalidInputError {
  const names = all.map((reader) => `"${reader.name}"`).join(', ');
  return new InvalidInputError(
    `There is no reader "${name}". ${names === '' ? 'None was added.' : `There are: ${names}.`}`,
  );
}

/**
 * Gives a reader another passphrase, or their first one. What was opened by the former one ends with the next call.
 *
 * @param passphrase a random one if left out
 * @returns the passphrase
 * @throws InvalidInputError if there is no such reader, or the passphrase is too short
 */
export async function changePassphrase(
  dataFolder: string,
  name: string,
  passphrase: string = makePassphrase(),
): Promise<string> {
  const all = await listReaders(dataFolder);
  const reader = all.find((one) => one.name === name);
  if (reader === undefined) throw unknownReader(name, all);
  await write(dataFolder, { ...reader, passphrase: await storePassphrase(passphrase) });
  return passphrase;
}

/**
 * Takes a reader's token and passphrase back: they open nothing any more, from the next call on. Their verdicts stay.
 *
 * @throws InvalidInputError if there is no such reader
 */
export async function removeReader(dataFolder: string, name: string): Promise<void> {
  const all = await listReaders(dataFolder);
  const own = all.filter((reader) => reader.name === name);
  if (own.length === 0) throw unknownReader(name, all);
  for (const { file } of own) await rm(join(dataFolder, FOLDER, file));
}

/**
 * The reader whom a file of the folder tells of. Looked up again in every call, so that a reader is added and removed
 * while a host runs.
 *
 * @returns `null` if it is not there
 */
export function readerOfFile(dataFolder: string, file: string): LocalReader | null {
  const folder = join(dataFolder, FOLDER);
  try {
    return readerOf(readFileSync(join(folder, file), 'utf8'), folder, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whose token this is. @returns `null` if it is unknown */
export function readerOfToken(dataFolder: string, token: string): LocalReader | null {
  return readerOfFile(dataFolder, fileName(token));
}
