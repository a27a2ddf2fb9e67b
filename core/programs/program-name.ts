import { InvalidInputError } from '../errors.ts';
import { parseIdentifier } from '../exams/identifier.ts';

/**
 * Whether a program may be begun under this name. Tokens carry lists of programs, and a gateway may flatten a list into
 * one text with spaces between its items: a name with a space in it would read as several names. Programs that have such
 * a name already keep it.
 *
 * @param name an identifier
 */
export function isProgramName(name: string): boolean {
  return !/[\s,[\]]/u.test(name);
}

/**
 * Checks the name of a program that is to be begun.
 *
 * @returns the name in Unicode normal form C
 * @throws InvalidInputError
 * @example
 * parseProgramName('north-east'); // 'north-east'
 * parseProgramName('north east'); // throws
 */
export function parseProgramName(name: string): string {
  const normal = parseIdentifier('program', name);
  if (isProgramName(normal)) return normal;
  throw new InvalidInputError(
    `Program ${JSON.stringify(name)} cannot be begun: tokens list programs with spaces between them, so the name of a new program has none. Name it ${JSON.stringify(normal.replace(/ +/g, '-'))}, for example.`,
  );
}
