import { createHash } from 'node:crypto';
import { ApiError } from './problem.ts';

/** A strong entity tag. @see RFC 9110, 8.8.3 */
export function entityTag(version: string | number): string {
  return `"${version}"`;
}

/**
 * A tag by what a record says. A revision counts changes: by it a blinded reader could tell that another has read.
 */
export function contentTag(record: object): string {
  return entityTag(createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 32));
}

/**
 * Checks If-Match: the change is made only to what the caller has seen.
 *
 * @param header as received; without it the change is made in any case
 * @param current tags of what is there now, any of which counts
 * @throws ApiError 412
 */
export function requireMatch(header: string | undefined, ...current: readonly string[]): void {
  if (header === undefined || header.trim() === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.some((tag) => current.includes(tag))) return;
  throw new ApiError(
    412,
    `It was changed by somebody else since you read it: it is ${current[0]} now, your If-Match is ${header.slice(0, 100)}. Read it again.`,
  );
}
