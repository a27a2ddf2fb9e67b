import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, ObjectExistsError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Where the key lies by which pseudonyms are hashed. */
export const PSEUDONYMS_PREFIX = 'pseudonyms/';
const KEY_OBJECT = `${PSEUDONYMS_PREFIX}key.json`;
const KEY_BYTES = 32;
const DIGITS = 32;

const keySchema = z.object({ schema: z.literal('pseudonym-key/1'), key: z.base64() });

type KeyStore = Pick<ObjectStore, 'get' | 'head' | 'put'>;

/** SHA-256 without a key, as former receipts of erasures hold it. @returns 64 hexadecimal digits */
export function plainHash(program: string, patient: string): string {
  return createHash('sha256').update(`${program}/${patient}`).digest('hex');
}

/**
 * Stands for a patient where the pseudonym must not stand: in tombstones, the audit trail and receipts. Without the key,
 * which is made once for a home and never leaves its object store, pseudonyms cannot be tried out.
 *
 * ```
 * HMAC-SHA-256(key, SHA-256(program / patient)), its first 32 hexadecimal digits
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104
 * @example await new PseudonymHash(home.objects).ofPatient('north', 'P1') // '5f0c…'
 */
export class PseudonymHash {
  readonly #store: KeyStore;
  #key: Promise<Buffer> | undefined;

  constructor(store: KeyStore) {
    this.#store = store;
  }

  /** @returns 32 hexadecimal digits */
  async ofPatient(program: string, patient: string): Promise<string> {
    return this.ofPlainHash(plainHash(program, patient));
  }

  /** Of what a person asks for or is about: a patient, or `patient/exam`. @returns hashes, joined by the same slash */
  async ofSubject(program: string, subject: string): Promise<string> {
    const [patient = '', ...exam] = subject.split('/');
    const hash = await this.ofPatient(program, patient);
    return exam.length === 0 ? hash : `${hash}/${await this.ofPatient(program, subject)}`;
  }

  /** @param plain what `plainHash` gives */
  async ofPlainHash(plain: string): Promise<string> {
    const hmac = createHmac('sha256', await this.#readKey());
    return hmac.update(plain).digest('hex').slice(0, DIGITS);
  }

  #readKey(): Promise<Buffer> {
    this.#key ??= this.#stored().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  async #stored(): Promise<Buffer> {
    if ((await this.#store.head(KEY_OBJECT)) === undefined) {
      const key = randomBytes(KEY_BYTES).toString('base64');
      const content = Buffer.from(JSON.stringify({ schema: 'pseudonym-key/1', key }));
      try {
        await this.#store.put(KEY_OBJECT, content, { contentType: 'application/json', ifAbsent: true });
      } catch (error) {
        // Another process has made it in between: that one counts.
        if (!(error instanceof ObjectExistsError)) throw error;
      }
    }
    const text = Buffer.from((await this.#store.get(KEY_OBJECT)).content).toString();
    try {
      return Buffer.from(keySchema.parse(JSON.parse(text)).key, 'base64');
    } catch (cause) {
      throw new ConfigurationError(`"${KEY_OBJECT}" is damaged. Restore its first version.`, { cause });
    }
  }
}
