import { suggestion } from '../../core/suggestions/near-names.ts';
import { itemOfProgram } from './flattened-claim.ts';
import { ApiError } from './problem.ts';

/** What a caller may do. */
export const SCOPES = ['read', 'review', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls, for which programs, and what for. */
export interface Caller {
  readonly subject: string;
  /** `*`: every program. */
  readonly programs: readonly string[] | '*';
  readonly scopes: readonly Scope[];
  /** Programs of a list that came as one text: some may be parts of one name. */
  readonly flattened?: readonly string[];
  /** Programs that were left out for that, each with the name that it may be a part of. */
  readonly doubtful?: ReadonlyMap<string, string>;
}

/** Stands for every program: in a caller's programs, and in the audit trail's entries of what concerns all. */
export const EVERY_PROGRAM = '*';

/** Whether the caller's token is for this program. */
export function mayEnter(caller: Caller, program: string): boolean {
  return caller.programs === '*' || caller.programs.includes(program);
}

/**
 * Checks that the caller may do this in this program.
 *
 * @throws ApiError 403
 */
export function requireScope(caller: Caller, program: string, scope: Scope): void {
  if (!mayEnter(caller, program)) {
    const whole = caller.doubtful?.get(program);
    if (whole !== undefined) {
      throw new ApiError(
        403,
        `Your token may be for program "${program}" or for program "${whole}": its list of programs came as one text. Have its issuer write "${itemOfProgram(whole)}" for the latter, and give "${program}" in a token of its own.`,
      );
    }
    const near = caller.programs === '*' ? '' : suggestion(program, caller.programs);
    throw new ApiError(403, `Your token is not for program "${program}".${near}`);
  }
  if (!caller.scopes.includes(scope)) {
    throw new ApiError(403, `Your token lacks the scope "${scope}".`);
  }
}

/**
 * Checks that the caller may do this in every program, as what concerns the model does.
 *
 * @throws ApiError 403
 */
export function requireEveryProgram(caller: Caller, scope: Scope): void {
  if (caller.programs !== '*') {
    throw new ApiError(403, 'Your token is for some programs, but the model concerns every program.');
  }
  requireScope(caller, '*', scope);
}
