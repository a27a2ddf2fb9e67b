import { z } from 'zod';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { StorageDamagedError } from '../errors.ts';

/** What a reader may do: the scopes of the API. */
export const READER_SCOPES = ['read', 'review', 'operate', 'admin'] as const;
export type ReaderScope = (typeof READER_SCOPES)[number];

/**
 * What a reader usually is. `reader`: reads results and gives verdicts. `blinded-reader`: gives verdicts and sees
 * photographs alone, as a second reader should. `operator`: everything, under a name of their own.
 */
export const READER_ROLES = ['reader', 'blinded-reader', 'operator'] as const;
export type ReaderRole = (typeof READER_ROLES)[number];

/** What each role may do. */
export const SCOPES_OF_ROLES: Readonly<Record<ReaderRole, readonly ReaderScope[]>> = {
  reader: ['read', 'review'],
  'blinded-reader': ['review'],
  operator: READER_SCOPES,
};

/** A passphrase as it is kept: a salt and what scrypt makes of both, in base64url. @see RFC 7914 */
export const storedPassphraseSchema = z.object({
  algorithm: z.literal('scrypt'),
  /** scrypt's N: a power of two. */
  cost: z.number().int().min(1_024).max(1_048_576),
  /** scrypt's r. */
  blockSize: z.number().int().min(1).max(32),
  /** scrypt's p. */
  parallelization: z.number().int().min(1).max(16),
  salt: z.string().min(16),
  hash: z.string().min(32),
});
export type StoredPassphrase = Readonly<z.infer<typeof storedPassphraseSchema>>;

const named = { name: identifierSchema, addedAt: z.iso.datetime() };

/** Of before there were passphrases: every program, by role. */
const formerSchema = z.object({ schema: z.literal('reader/1'), ...named, role: z.enum(READER_ROLES) });

const recordSchema = z.object({
  schema: z.literal('reader/2'),
  ...named,
  programs: z.union([z.literal('*'), z.array(identifierSchema).min(1)]),
  scopes: z.array(z.enum(READER_SCOPES)).min(1),
  /** `null`: signs in by token alone. */
  passphrase: storedPassphraseSchema.nullable(),
});
export type ReaderRecord = Readonly<z.infer<typeof recordSchema>>;

const storedSchema = z.discriminatedUnion('schema', [formerSchema, recordSchema]);

/**
 * Reads what is kept of a reader, of former releases too.
 *
 * @throws StorageDamagedError naming the file
 */
export function parseReader(text: string, file: string): ReaderRecord {
  try {
    const stored = storedSchema.parse(JSON.parse(text));
    if (stored.schema === 'reader/2') return stored;
    const { name, addedAt, role } = stored;
    return {
      ...{ schema: 'reader/2', name, addedAt },
      ...{ programs: '*', scopes: [...SCOPES_OF_ROLES[role]], passphrase: null },
    };
  } catch (error) {
    throw new StorageDamagedError(`"${file}" is damaged. Delete it and add the reader again.`, {
      cause: error,
    });
  }
}

/** The role with exactly these scopes, `null` if there is none. */
export function roleOf(scopes: readonly ReaderScope[]): ReaderRole | null {
  const wanted = READER_SCOPES.filter((scope) => scopes.includes(scope)).join();
  return READER_ROLES.find((role) => SCOPES_OF_ROLES[role].join() === wanted) ?? null;
}
