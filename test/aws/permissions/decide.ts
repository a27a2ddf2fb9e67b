import type { RequestContext } from './condition-keys.ts';
import { conditionsHold, withVariables } from './conditions.ts';
import { UnknownPolicyError } from './errors.ts';
import type { PolicyStatement } from './policy-statement.ts';
import { matchesPattern } from './wildcards.ts';

/** One permission that a request needs. */
export interface NeededPermission {
  /** @example 's3:GetObjectVersion' */
  readonly action: string;
  /** ARN, or `*` where the action knows no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** Who asks: a role of the account that everything here is in. */
export interface RolePrincipal {
  readonly accountId: string;
  /** @example 'arn:aws:iam::123456789012:role/worker' */
  readonly roleArn: string;
  readonly sessionArn: string;
}

export interface Policies {
  readonly identity: readonly PolicyStatement[];
  /** Policy of the resource. */
  readonly resource?: readonly PolicyStatement[];
  /** A key's policy and a role's trust must allow for themselves, be it by trusting the account. */
  readonly resourceMustAllow?: boolean;
  /** Policy of the VPC endpoint that the request goes through. */
  readonly endpoint?: readonly PolicyStatement[];
}

export type PolicyKind = 'identity-based' | 'resource-based' | 'VPC endpoint';

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly kind: PolicyKind; readonly explicit: boolean };

type Grant = 'principal' | 'account' | 'none';

/** Whom a statement of a resource's policy means: this very principal, its whole account, or somebody else. */
function granted(statement: PolicyStatement, { accountId, roleArn, sessionArn }: RolePrincipal): Grant {
  const { Principal } = statement;
  if (Principal === undefined) throw new UnknownPolicyError('A statement of a resource names no Principal.');
  if (Principal === '*') return 'principal';
  const names = Principal.AWS ?? [];
  if (names.some((name) => name === '*' || name === roleArn || name === sessionArn)) return 'principal';
  const isAccount = (name: string) => name === accountId || name.endsWith(`:iam::${accountId}:root`);
  return names.some(isAccount) ? 'account' : 'none';
}

function isOf(statement: PolicyStatement, { action, resource, context }: NeededPermission): boolean {
  const isAction = (pattern: string) => matchesPattern(pattern, action, { ignoreCase: true });
  const isResource = (pattern: string) => matchesPattern(withVariables(pattern, context), resource);
  const { Action, NotAction = [], Resource, NotResource } = statement;
  if (!(Action === undefined ? !NotAction.some(isAction) : Action.some(isAction))) return false;
  if (Resource !== undefined && !Resource.some(isResource)) return false;
  if (NotResource?.some(isResource)) return false;
  return conditionsHold(statement.Condition, context);
}

/**
 * What IAM decides within one account: an explicit denial wins; what passes an endpoint must be allowed there; then the
 * role's policies or the resource's must allow.
 *
 * @throws UnknownPolicyError if a policy cannot be read
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(needed: NeededPermission, principal: RolePrincipal, policies: Policies): Decision {
  const identity = policies.identity.filter((statement) => isOf(statement, needed));
  const forUs = (statements: readonly PolicyStatement[] = []) =>
    statements.filter((statement) => granted(statement, principal) !== 'none' && isOf(statement, needed));
  const [resource, endpoint] = [forUs(policies.resource), forUs(policies.endpoint)];
  const kinds = [
    ['identity-based', identity],
    ['resource-based', resource],
    ['VPC endpoint', endpoint],
  ] as const;
  for (const [kind, statements] of kinds) {
    if (statements.some(({ Effect }) => Effect === 'Deny')) return { allowed: false, kind, explicit: true };
  }
  const refused = (kind: PolicyKind): Decision => ({ allowed: false, kind, explicit: false });
  if (policies.endpoint !== undefined && endpoint.length === 0) return refused('VPC endpoint');
  if (resource.some((statement) => granted(statement, principal) === 'principal')) return { allowed: true };
  if (policies.resourceMustAllow === true && resource.length === 0) return refused('resource-based');
  return identity.length > 0 ? { allowed: true } : refused('identity-based');
}
