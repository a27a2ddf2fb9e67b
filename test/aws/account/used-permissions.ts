import type { PolicyStatement } from '../permissions/policy-statement.ts';
import type { Call, Principal } from '../permissions/request-decision.ts';
import { matchesPattern } from '../permissions/wildcards.ts';

/** What services do in the name of a role, so that its own process never asks for it. */
const BY_SERVICES = /^(?:logs|xray|ecr|iam|ec2):/;
/** Lambda's poller works on the queue of an event source by the function's role; the emulator's needs no permission. */
const BY_POLLER =
  /^sqs:(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes|GetQueueUrl)$/;

/** One action on one pattern of resources that a role may do. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

function grantsOf({ role, statements }: Principal): readonly Grant[] {
  return statements
    .filter(({ Effect }: PolicyStatement) => Effect === 'Allow')
    .flatMap(({ Action = [], Resource = [] }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ role, action, resource }))),
    );
}

function isUsed({ role, action, resource }: Grant, calls: readonly Call[]): boolean {
  return calls.some(
    (call) =>
      call.role === role &&
      matchesPattern(action, call.action, { ignoreCase: true }) &&
      matchesPattern(resource, call.resource),
  );
}

/**
 * What roles may do and have never done. Only roles that have called at all are looked at: of others nothing is known.
 *
 * @param polled roles whose queues Lambda polls for them
 */
export function unusedGrants(
  principals: Iterable<Principal>,
  calls: readonly Call[],
  polled: ReadonlySet<string>,
): readonly Grant[] {
  const callers = new Set(calls.map(({ role }) => role));
  const distinct = [
    ...new Map(calls.map((call) => [`${call.role} ${call.action} ${call.resource}`, call])).values(),
  ];
  return [...principals]
    .filter(({ role }) => callers.has(role))
    .flatMap(grantsOf)
    .filter(({ action }) => !BY_SERVICES.test(action))
    .filter(({ role, action }) => !(polled.has(role) && BY_POLLER.test(action)))
    .filter((grant) => !isUsed(grant, distinct));
}

/** The grants by role, an action with the last part of what it is on. */
export function grantsByRole(grants: readonly Grant[]): Readonly<Record<string, readonly string[]>> {
  const byRole = Map.groupBy(grants, ({ role }) => role);
  return Object.fromEntries(
    [...byRole].map(([role, of]) => [
      role,
      of.map(({ action, resource }) => `${action} ${resource.replace(/^arn:aws:[^:]*:[^:]*:[^:]*:/, '')}`),
    ]),
  );
}
