import { SCOPE_PREFIX } from '../../aws/scope-prefix.ts';
import { SCOPES } from '../api/caller.ts';

/** Groups of this form give a scope. */
const SCOPE_GROUP = 'scope:';

/**
 * Scopes that a user's groups give. Groups that give none are left out.
 *
 * @example scopesOfGroups(['scope:read', 'program:north']) // ['retclip/read']
 */
export function scopesOfGroups(groups: readonly string[]): string[] {
  return SCOPES.filter((scope) => groups.includes(`${SCOPE_GROUP}${scope}`)).map(
    (scope) => `${SCOPE_PREFIX}${scope}`,
  );
}
