import type { AwsCall } from '../errors.ts';

const PREFIXES: Readonly<Record<string, string>> = {
  Batch: 'batch',
  CloudFormation: 'cloudformation',
  DynamoDB: 'dynamodb',
  EventBridge: 'events',
  S3: 's3',
  S3Vectors: 's3vectors',
  SQS: 'sqs',
  Scheduler: 'scheduler',
};

/** Operations that are permitted by an action of another name. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  HeadBucket: ['ListBucket'],
  HeadObject: ['GetObject'],
  ListObjectsV2: ['ListBucket'],
  ListObjectVersions: ['ListBucketVersions'],
  SendMessageBatch: ['SendMessage'],
  DeleteMessageBatch: ['DeleteMessage'],
  ChangeMessageVisibilityBatch: ['ChangeMessageVisibility'],
  TransactWriteItems: ['PutItem', 'ConditionCheckItem'],
  QueryVectors: ['QueryVectors', 'GetVectors'],
};
/** Actions on an object that have another name for one of its versions. */
const OF_VERSIONS = new Set(['GetObject', 'DeleteObject']);

/**
 * The permissions that one of the project's calls needs by itself. A key that encrypts the resource needs its own.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function permissionsOf({ service, operation, input }: AwsCall): readonly string[] {
  const prefix = PREFIXES[service] ?? service.toLowerCase();
  const isOfVersion = service === 'S3' && typeof input.VersionId === 'string';
  return (ACTIONS[operation] ?? [operation]).map((action) => {
    return `${prefix}:${isOfVersion && OF_VERSIONS.has(action) ? `${action}Version` : action}`;
  });
}

/** A permission that AWS's text says to be lacking. */
export interface DeniedPermission {
  /** Name of the role or user. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** How it was denied, in IAM's words. */
  readonly why: string;
}

const DENIAL =
  /^User: (?<user>\S+) is not authorized to perform: (?<action>\S+)(?: on resource: "?(?<resource>[^"]*?)"?)?(?: (?<why>(?:because|with an explicit deny).*))?$/s;

/**
 * Reads IAM's text of a denial. Some services write their actions in lower case; policies are written as the call's own
 * permissions are.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function deniedPermission(message: string, call: AwsCall): DeniedPermission | undefined {
  const { user, action, resource, why } = DENIAL.exec(message.trim())?.groups ?? {};
  if (user === undefined || action === undefined) return undefined;
  const [, role, name] = /:assumed-role\/([^/]+)\/|:user\/(.+)$/.exec(user) ?? [];
  const known = permissionsOf(call).find((one) => one.toLowerCase() === action.toLowerCase());
  return {
    principal: role === undefined ? (name ?? user) : `role ${role}`,
    action: known ?? action,
    resource: resource || 'the resource',
    why: why ?? 'AWS names no policy',
  };
}
