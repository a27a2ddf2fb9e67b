import { isIdentifier } from '../../core/exams/identifier.ts';

/**
 * The items of a claim that is a list. An HTTP API of API Gateway passes every claim on as a text: a list as `[a b]`, an
 * object as `map[a:b]`, numbers and booleans in words. A text without brackets is one item, whatever it holds: only
 * scopes are parted by spaces in one text (RFC 6749, 3.3).
 *
 * ```
 * north         one item          [north east]     two items, or one that was called "north east"
 * north east    one item          map[a:b]         one item, which names no program
 * ```
 */
export function itemsOfClaim(claim: string | readonly string[] | undefined): readonly string[] {
  if (claim === undefined) return [];
  if (typeof claim !== 'string') return claim;
  return isFlattened(claim) ? claim.slice(1, -1).split(' ') : [claim];
}

/** Whether a claim is a list that was made one text, so that nobody can tell spaces between items from spaces in one. */
export function isFlattened(claim: unknown): claim is string {
  return typeof claim === 'string' && claim.startsWith('[') && claim.endsWith(']') && claim.length > 1;
}

/**
 * The program that an item names. `%20` is how a space of its name stands in a list: `%` is in no name.
 *
 * @returns `null` if it names none
 * @example programOfItem('north%20east') // 'north east'
 */
export function programOfItem(item: string): string | null {
  if (item === '*') return item;
  const name = item.replaceAll('%20', ' ').normalize('NFC');
  return isIdentifier(name) ? name : null;
}

/** How a program's name stands in a list. */
export function itemOfProgram(name: string): string {
  return name.replaceAll(' ', '%20');
}
