import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/** Longest identifier in UTF-8 bytes: four of them and a file name stay within S3's 1,024 bytes of key. */
const MAXIMUM_BYTES = 128;
const FORM = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._@=+ -]*[\p{L}\p{M}\p{N}._@=+-])?$/u;

/** Why a text cannot be an identifier, or `null` if it can. */
function objection(value: string): string | null {
  if (value.length === 0) return 'it is empty';
  if (Buffer.byteLength(value) > MAXIMUM_BYTES) return `it is longer than ${MAXIMUM_BYTES} bytes`;
  if (value !== value.normalize('NFC')) return 'it is not in Unicode normal form C';
  if (value.includes('..')) return 'it contains ".."';
  if (!FORM.test(value)) {
    return 'it may hold letters, digits, inner spaces and . _ - @ = + only, and begins with a letter or a digit';
  }
  return null;
}

/** `true` if the text may name a program, patient or exam. */
export function isIdentifier(value: string): boolean {
  return objection(value) === null;
}

/**
 * Checks the name of a program, a patient or an exam. Identifiers stand in object keys, URLs and queue messages, so
 * separators, control characters and dot segments are refused; letters of every script are welcome.
 *
 * @param what the thing named, for the message: `program`, `patient` or `exam`
 * @returns the identifier in Unicode normal form C
 * @throws InvalidInputError naming the thing, the text and the objection
 * @example
 * parseIdentifier('patient', 'P-001'); // 'P-001'
 * parseIdentifier('patient', '../x'); // throws
 */
export function parseIdentifier(what: 'program' | 'patient' | 'exam', value: string): string {
  const normal = value.normalize('NFC');
  const problem = objection(normal);
  if (problem !== null) {
    throw new InvalidInputError(`Expected a ${what} id but received ${JSON.stringify(value)}: ${problem}.`);
  }
  return normal;
}

/** An identifier at a boundary: a message, a request, a file. */
export const identifierSchema = z.string().superRefine((value, context) => {
  const problem = objection(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: `not an identifier: ${problem}` });
});
