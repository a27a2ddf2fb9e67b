import type { Caller } from '../../functions/api/caller.ts';
import type { CallerOfToken } from '../../functions/api/token-caller.ts';
import { type LocalReader, readerOfToken } from '../readers/reader-tokens.ts';

/** A reader as the API sees them: who reads is the name that they were added under. */
export function callerOfReader({ name, programs, scopes }: LocalReader): Caller {
  return { subject: name, programs, scopes };
}

/** Callers by the readers' tokens of a data folder. */
export function readerCaller(dataFolder: string): CallerOfToken {
  return (token) => {
    const reader = readerOfToken(dataFolder, token);
    return reader && callerOfReader(reader);
  };
}
