import type { KnownPrograms } from '../../core/programs/known-programs.ts';
import { suggestion } from '../../core/suggestions/near-names.ts';
import type { Caller } from './caller.ts';
import { ApiError } from './problem.ts';

/**
 * Checks that there is such a program, so that a misspelt name is no program without results. One that the caller's
 * token names is there, though nothing was sent to it yet.
 *
 * @throws ApiError 404 with near names
 */
export async function requireKnownProgram(
  programs: KnownPrograms,
  program: string,
  caller: Caller,
): Promise<void> {
  if (caller.programs !== '*' || (await programs.isKnown(program))) return;
  const names = await programs.names();
  throw new ApiError(404, `There is no program ${JSON.stringify(program)}.${suggestion(program, names)}`);
}
