import { ApiError } from './problem.ts';

/** A strong entity tag. @see RFC 9110, 8.8.3 */
export function entityTag(version: string | number): string {
  return `"${version}"`;
}

/**
 * Checks If-Match: the change is made only to what the caller has seen.
 *
 * @param header as received; without it the change is made in any case
 * @throws ApiError 412
 */
export function requireMatch(header: string | undefined, current: string): void {
  if (header === undefined || header.trim() === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.includes(current)) return;
  throw new ApiError(
    412,
    `It was changed by somebody else since you read it: it is ${current} now, your If-Match is ${header.slice(0, 100)}. Read it again.`,
  );
}
