import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { StorageDamagedError } from '../errors.ts';

/**
 * What a named token is for. `reader`: reads results and gives verdicts. `blinded-reader`: gives verdicts and sees
 * photographs alone, as a second reader should. `operator`: everything, under a name of their own.
 */
export const READER_ROLES = ['reader', 'blinded-reader', 'operator'] as const;
export type ReaderRole = (typeof READER_ROLES)[number];

const storedSchema = z.object({
  schema: z.literal('reader/1'),
  /** Subject of the token: who reads, in verdicts and in the audit trail. */
  name: identifierSchema,
  role: z.enum(READER_ROLES),
  addedAt: z.iso.datetime(),
});

/** Somebody who may sign in on this machine. */
export type LocalReader = Readonly<z.infer<typeof storedSchema>>;

/** Folder of a data folder: one file for each token, named by the token's SHA-256. The token itself is kept nowhere. */
const FOLDER = 'readers';
const FILE = /^[0-9a-f]{64}\.json$/;
/** Subject of the data folder's own token. */
export const OPERATOR_SUBJECT = 'operator';

function fileName(token: string): string {
  return `${createHash('sha256').update(token).digest('hex')}.json`;
}

function parse(text: string, file: string): LocalReader {
  try {
    return storedSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new StorageDamagedError(`"${file}" is damaged. Delete it and add the reader again.`, {
      cause: error,
    });
  }
}

/** Everybody who may sign in, with the file that says so, by name. */
async function stored(
  dataFolder: string,
): Promise<{ readonly file: string; readonly reader: LocalReader }[]> {
  const folder = join(dataFolder, FOLDER);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const readers = names
    .filter((name) => FILE.test(name))
    .map(async (name) => {
      const file = join(folder, name);
      return { file, reader: parse(await readFile(file, 'utf8'), file) };
    });
  return (await Promise.all(readers)).sort((a, b) => (a.reader.name < b.reader.name ? -1 : 1));
}

/** The same name for people: in the audit trail "Anna" and "anna" must not be two. */
function sameName(a: string, b: string): boolean {
  return a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();
}

/** Everybody who may sign in on this machine, by name. */
export async function listReaders(dataFolder: string): Promise<LocalReader[]> {
  return (await stored(dataFolder)).map(({ reader }) => reader);
}

/**
 * Lets somebody sign in under a name.
 *
 * @returns the token: 192 random bits, told this once
 * @throws InvalidInputError if the name is taken or no name
 */
export async function addReader(
  dataFolder: string,
  name: string,
  role: ReaderRole,
  now: Date,
): Promise<string> {
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
  const folder = join(dataFolder, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const token = randomBytes(24).toString('base64url');
  const reader: LocalReader = { schema: 'reader/1', name, role, addedAt: now.toISOString() };
  await writeFile(join(folder, fileName(token)), `${JSON.stringify(reader)}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}

/**
 * Takes a reader's token back: it opens nothing any more, from the next call on. Their verdicts stay.
 *
 * @throws InvalidInputError if there is no such reader
 */
export async function removeReader(dataFolder: string, name: string): Promise<void> {
  const all = await stored(dataFolder);
  const own = all.filter(({ reader }) => reader.name === name);
  if (own.length === 0) {
    const names = all.map(({ reader }) => `"${reader.name}"`).join(', ');
    throw new InvalidInputError(
      `There is no reader "${name}". ${names === '' ? 'None was added.' : `There are: ${names}.`}`,
    );
  }
  for (const { file } of own) await rm(file);
}

/**
 * Whose token this is. Looked up again in every call, so that a reader is added and removed while a host runs.
 *
 * @returns `null` if it is unknown
 */
export function readerOfToken(dataFolder: string, token: string): LocalReader | null {
  const file = join(dataFolder, FOLDER, fileName(token));
  try {
    return parse(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
