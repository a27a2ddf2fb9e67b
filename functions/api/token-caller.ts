import { createHash, timingSafeEqual } from 'node:crypto';
import { type Authenticate, SCOPES } from './caller.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** On one machine: whoever holds the data folder's token may do everything. */
export function tokenCaller(token: string): Authenticate {
  const expected = digest(`Bearer ${token}`);
  return (context) => {
    const received = context.req.header('authorization') ?? '';
    if (!timingSafeEqual(digest(received), expected)) return null;
    return { subject: 'operator', programs: '*', scopes: SCOPES };
  };
}
