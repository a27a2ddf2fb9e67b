import { UnknownActionError } from '../errors.ts';
import { batchPermissions } from './batch-permissions.ts';
import { dynamoPermissions } from './dynamodb-permissions.ts';
import { eventBridgePermissions } from './eventbridge-permissions.ts';
import {
  cloudFormationPermissions,
  cloudWatchPermissions,
  kmsPermissions,
  logsPermissions,
  parameterPermissions,
  secretsPermissions,
  stsPermissions,
} from './other-permissions.ts';
import { s3Permissions } from './s3-permissions.ts';
import { s3VectorsPermissions } from './s3-vectors-permissions.ts';
import { schedulerPermissions } from './scheduler-permissions.ts';
import type { AccountFacts, NamedPermission, ServiceRequest } from './service-request.ts';
import { sqsPermissions } from './sqs-permissions.ts';

type Reader = (request: ServiceRequest, facts: AccountFacts) => NamedPermission[];

/** How each service's requests are read, by the name that stands in a signature's scope. */
const READERS: Readonly<Record<string, Reader>> = {
  batch: batchPermissions,
  cloudformation: cloudFormationPermissions,
  dynamodb: dynamoPermissions,
  events: eventBridgePermissions,
  kms: kmsPermissions,
  logs: logsPermissions,
  monitoring: cloudWatchPermissions,
  s3: s3Permissions,
  s3vectors: s3VectorsPermissions,
  scheduler: schedulerPermissions,
  secretsmanager: secretsPermissions,
  sqs: sqsPermissions,
  ssm: parameterPermissions,
  sts: stsPermissions,
};

/**
 * The permissions that a request needs, all of them.
 *
 * @throws UnknownActionError if a service, an operation or its resources are not known here
 */
export function neededPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const read = READERS[request.service];
  if (read === undefined) throw new UnknownActionError(`The service "${request.service}" is not known here.`);
  return read(request, facts);
}
