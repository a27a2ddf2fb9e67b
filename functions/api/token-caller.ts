import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticate } from './authentication.ts';
import { type Caller, SCOPES } from './caller.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Finds out whose token this is; `null` if it is unknown. */
export type CallerOfToken = (token: string) => Caller | null;

/**
 * On one machine: who holds the data folder's token may do everything, as "operator"; other tokens are those of readers.
 *
 * @param others whose the other tokens are; nobody's if left out
 */
export function tokenCaller(token: string, others: CallerOfToken = () => null): Authenticate {
  const expected = digest(token);
  return (context) => {
    const [, received] = /^Bearer ([\x21-\x7e]+)$/.exec(context.req.header('authorization') ?? '') ?? [];
    if (received === undefined) return null;
    if (timingSafeEqual(digest(received), expected)) {
      return { subject: 'operator', programs: '*', scopes: SCOPES };
    }
    return others(received);
  };
}
