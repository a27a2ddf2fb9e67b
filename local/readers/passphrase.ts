import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { InvalidInputError } from '../../core/errors.ts';
import type { StoredPassphrase } from './reader-record.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 64 MiB and about 0.3 s for each try. @see OWASP Password Storage Cheat Sheet, scrypt */
const COST = { cost: 2 ** 16, blockSize: 8, parallelization: 2 } as const;
const HASH_BYTES = 32;

const SHORTEST = 12;
const LONGEST = 200;

/** Crockford's base 32: no letter looks like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A passphrase of 80 random bits. @example makePassphrase() // 'k7qm-x2vd-9fta-3bnc' */
export function makePassphrase(): string {
  const letters = Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join('')).join('-');
}

/** The same text, however it was typed: composed or not, with or without a line end. */
function normal(passphrase: string): string {
  return passphrase.normalize('NFKC').trim();
}

async function hashOf(
  passphrase: string,
  salt: Buffer,
  by: Omit<StoredPassphrase, 'salt' | 'hash'>,
): Promise<Buffer> {
  const { cost, blockSize, parallelization } = by;
  // OpenSSL counts a little more than the 128 · N · r bytes of the algorithm.
  const maxmem = 128 * blockSize * (cost + parallelization + 16);
  return derive(normal(passphrase), salt, HASH_BYTES, { cost, blockSize, parallelization, maxmem });
}

/**
 * What is kept of a passphrase.
 *
 * @throws InvalidInputError if it is too short or too long
 */
export async function storePassphrase(passphrase: string): Promise<StoredPassphrase> {
  const length = normal(passphrase).length;
  if (length < SHORTEST || length > LONGEST) {
    throw new InvalidInputError(
      `A passphrase has ${SHORTEST} to ${LONGEST} characters, this one has ${length}. Leave it out to get a random one.`,
    );
  }
  const salt = randomBytes(16);
  const by = { algorithm: 'scrypt', ...COST } as const;
  const hash = await hashOf(passphrase, salt, by);
  return { ...by, salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

/** Belongs to nobody: what a try at an unknown name is compared with, so that it takes as long as any other. */
const NOBODYS: StoredPassphrase = {
  algorithm: 'scrypt',
  ...COST,
  salt: randomBytes(16).toString('base64url'),
  hash: randomBytes(HASH_BYTES).toString('base64url'),
};

/**
 * Whether a passphrase is the one that is kept. Takes the same time whatever is kept.
 *
 * @param kept `null` for a name that is unknown or has no passphrase: never right
 */
export async function isPassphrase(passphrase: string, kept: StoredPassphrase | null): Promise<boolean> {
  if (passphrase.length > LONGEST) return false;
  const { salt, hash, ...by } = kept ?? NOBODYS;
  const expected = Buffer.from(hash, 'base64url');
  const found = await hashOf(passphrase, Buffer.from(salt, 'base64url'), by);
  return found.length === expected.length && timingSafeEqual(found, expected) && kept !== null;
}
