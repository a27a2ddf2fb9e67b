import { InvalidInputError } from '../errors.ts';

const LONGEST_KEY_BYTES = 1_024;
const LARGEST_METADATA_BYTES = 2_048;
const METADATA_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** @throws InvalidInputError unless S3 would take the key: 1 to 1,024 bytes of well-formed UTF-8 */
export function checkKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > LONGEST_KEY_BYTES || !key.isWellFormed() || key.includes('\0')) {
    throw new InvalidInputError(
      `Expected an object key of 1 to ${LONGEST_KEY_BYTES} bytes of UTF-8 but received ${JSON.stringify(key.slice(0, 80))} (${bytes} bytes).`,
    );
  }
}

/** @throws InvalidInputError unless every name and value can stand in an HTTP header, 2 KiB in all */
export function checkMetadata(key: string, metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!METADATA_NAME.test(name) || !PRINTABLE_ASCII.test(value) || value !== value.trim()) {
      throw new InvalidInputError(
        `Expected metadata of lower-case names and printable ASCII values for "${key}" but received ${JSON.stringify({ [name]: value })}.`,
      );
    }
    bytes += name.length + value.length;
  }
  if (bytes > LARGEST_METADATA_BYTES) {
    throw new InvalidInputError(
      `Expected at most ${LARGEST_METADATA_BYTES} bytes of metadata for "${key}" but received ${bytes}.`,
    );
  }
}

/** @throws InvalidInputError unless it is a SHA-256 in lower-case hexadecimal */
export function checkSha256(key: string, sha256: string): void {
  if (!SHA256.test(sha256)) {
    throw new InvalidInputError(
      `Expected a SHA-256 in lower-case hexadecimal for "${key}" but received ${JSON.stringify(sha256.slice(0, 80))}.`,
    );
  }
}

/**
 * Cuts a range of bytes to what the object has, as HTTP does (RFC 9110, 14.1.2).
 *
 * @throws InvalidInputError if it begins behind the object's end, or ends before it begins
 */
export function rangeWithin(
  key: string,
  bytes: number,
  range: { readonly start: number; readonly end: number } | undefined,
): { readonly start: number; readonly length: number } {
  if (range === undefined) return { start: 0, length: bytes };
  const { start, end } = range;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || start >= bytes) {
    throw new InvalidInputError(
      `Expected a range within the ${bytes} bytes of "${key}" but received ${start}-${end}.`,
    );
  }
  return { start, length: Math.min(end, bytes - 1) - start + 1 };
}
