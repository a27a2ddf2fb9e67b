import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

const cursorSchema = z.tuple([z.string(), z.array(z.union([z.string(), z.number()]))]);
const LARGEST_PAGE = 1_000;

/** Turns a place in a list into an opaque text. `list` names the list, so that no other list takes it. */
export function encodeCursor(list: string, position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/**
 * Reads a place in a list.
 *
 * @returns `undefined` without a cursor
 * @throws InvalidInputError if the cursor was not made for this list
 */
export function decodeCursor(
  list: string,
  cursor: string | undefined,
): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    content = undefined;
  }
  const parsed = cursorSchema.safeParse(content);
  if (!parsed.success || parsed.data[0] !== list) {
    throw new InvalidInputError(
      `Expected a cursor that this list has given but received ${JSON.stringify(cursor.slice(0, 80))}. Begin again without one.`,
    );
  }
  return parsed.data[1];
}

/** @throws InvalidInputError unless a page's limit is a whole number from 1 to 1,000 */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    throw new InvalidInputError(`Expected a page limit from 1 to ${LARGEST_PAGE} but received ${limit}.`);
  }
}
