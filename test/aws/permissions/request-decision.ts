import { contextOf } from './condition-keys.ts';
import { type Decision, decide, type RolePrincipal } from './decide.ts';
import { denialText } from './denial-answer.ts';
import { PermissionError } from './errors.ts';
import type { PolicyStatement } from './policy-statement.ts';
import { neededPermissions } from './requests/needed-permissions.ts';
import type { AccountFacts, NamedPermission, ServiceRequest } from './requests/service-request.ts';

/** Who signs with a key: a role, and what it may do. */
export interface Principal {
  /** Name of the role. */
  readonly role: string;
  readonly statements: readonly PolicyStatement[];
  /** Policies of the endpoints that its network reaches services by, by service such as `s3`. */
  readonly endpointPolicies?: ReadonlyMap<string, readonly PolicyStatement[]>;
}

/** What decides beside the roles' own policies. */
export interface Account {
  readonly facts: AccountFacts;
  /** By ARN. */
  readonly resourcePolicies: ReadonlyMap<string, readonly PolicyStatement[]>;
  /** Whether requests are taken as sent by TLS, as they are in AWS: the loopback has none. */
  readonly secureTransport: boolean;
}

/** One permission that a request needed, and what came of it. */
export interface Call {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** `unknown`: what AWS would decide cannot be told here, which counts as denied. */
  readonly decision: 'allowed' | 'denied' | 'unknown';
  /** Why it was not allowed, as the client is told. */
  readonly reason?: string;
}

export function rolePrincipal({ role }: Principal, { accountId, partition }: AccountFacts): RolePrincipal {
  return {
    accountId,
    roleArn: `arn:${partition}:iam::${accountId}:role/${role}`,
    sessionArn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/session`,
  };
}

function policyOf(resource: string, { resourcePolicies }: Account): readonly PolicyStatement[] | undefined {
  const bucket = /^(arn:[^:]+:s3:::[^/]+)\//.exec(resource)?.[1];
  return resourcePolicies.get(bucket ?? resource);
}

function decideOne(
  permission: NamedPermission,
  request: ServiceRequest,
  who: Principal,
  account: Account,
): Decision {
  const principal = rolePrincipal(who, account.facts);
  const context = contextOf({
    'aws:SecureTransport': String(account.secureTransport),
    'aws:PrincipalArn': principal.roleArn,
    'aws:PrincipalAccount': account.facts.accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:RequestedRegion': request.region,
    'aws:ResourceAccount': account.facts.accountId,
    'aws:ViaAWSService': 'false',
    'aws:CurrentTime': new Date().toISOString(),
    'aws:EpochTime': String(Math.floor(Date.now() / 1000)),
    ...permission.keys,
  });
  const { action, resource } = permission;
  const policy = policyOf(resource, account);
  return decide({ action, resource, context }, principal, {
    identity: who.statements,
    ...(policy === undefined ? {} : { resource: policy, resourceMustAllow: action.startsWith('kms:') }),
    // A key is asked for by the service, not through the caller's endpoint.
    ...(action.startsWith('kms:') ? {} : { endpoint: who.endpointPolicies?.get(request.service) }),
  });
}

/** What comes of one permission. */
export function callOf(
  permission: NamedPermission,
  request: ServiceRequest,
  who: Principal,
  account: Account,
): Call {
  const { action, resource } = permission;
  const told = { role: who.role, action, resource };
  try {
    const decision = decideOne(permission, request, who, account);
    if (decision.allowed) return { ...told, decision: 'allowed' };
    const reason = denialText(request, rolePrincipal(who, account.facts), permission, decision);
    return { ...told, decision: 'denied', reason };
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
    return { ...told, decision: 'unknown', reason: error.message };
  }
}

/** What comes of a request: each permission that it needs, decided. It goes on if every one is allowed. */
export function callsOf(request: ServiceRequest, who: Principal, account: Account): Call[] {
  let needed: NamedPermission[];
  try {
    needed = neededPermissions(request, account.facts);
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
    const action = `${request.service}:unknown`;
    return [{ role: who.role, action, resource: request.path, decision: 'unknown', reason: error.message }];
  }
  return needed.map((permission) => callOf(permission, request, who, account));
}
