import type { MiddlewareHandler } from 'hono';
import type { KnownPrograms } from '../../core/programs/known-programs.ts';
import type { ApiEnvironment } from './api-environment.ts';
import type { Caller } from './caller.ts';

/**
 * Programs of a flattened list that may be parts of one name: a list `[north east]` may stand for the program
 * "north east", if there is such a program from before names had no spaces.
 *
 * @param former names of the programs that have a space in theirs
 * @returns the doubtful names with the program that they may be parts of
 * @example doubtfulPrograms(['south', 'north', 'east'], ['north east']) // north and east
 */
export function doubtfulPrograms(
  flattened: readonly string[],
  former: readonly string[],
): ReadonlyMap<string, string> {
  const doubtful = new Map<string, string>();
  for (const name of former) {
    const parts = name.split(' ');
    for (let first = 0; first + parts.length <= flattened.length; first += 1) {
      const isHere = parts.every((part, index) => flattened[first + index] === part);
      if (isHere) for (const part of parts) doubtful.set(part, name);
    }
  }
  return doubtful;
}

/** The caller without the programs that its token gives in doubt. */
export async function certainCaller(caller: Caller, programs: KnownPrograms): Promise<Caller> {
  const { flattened, programs: given } = caller;
  if (flattened === undefined || given === '*') return caller;
  const doubtful = doubtfulPrograms(flattened, await programs.formerNames());
  return { ...caller, programs: given.filter((program) => !doubtful.has(program)), doubtful };
}

/** Keeps callers out of a program that their token may not have meant. */
export function withoutDoubtfulPrograms(programs: KnownPrograms): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    context.set('caller', await certainCaller(context.var.caller, programs));
    await next();
  };
}
