import { SCOPES, type Scope } from '../../functions/api/caller.ts';
import type { CallerOfToken } from '../../functions/api/token-caller.ts';
import { type ReaderRole, readerOfToken } from '../readers/reader-tokens.ts';

/** What each role may do. */
const SCOPES_OF_ROLES: Readonly<Record<ReaderRole, readonly Scope[]>> = {
  reader: ['read', 'review'],
  'blinded-reader': ['review'],
  operator: SCOPES,
};

/** Callers by the readers' tokens of a data folder: who reads is the name that the token was made for. */
export function readerCaller(dataFolder: string): CallerOfToken {
  return (token) => {
    const reader = readerOfToken(dataFolder, token);
    return reader && { subject: reader.name, programs: '*', scopes: SCOPES_OF_ROLES[reader.role] };
  };
}
