import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';

/** A request to an AWS service, as it came. */
export interface ServiceRequest {
  /** Of the signature's scope, such as `s3`, `sqs`, `events`, `monitoring`. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** As it stands on the wire, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Empty where the permission does not depend on it: an object's content is never read here. */
  readonly body: Buffer;
}

/** What a permission is named by beside the request. */
export interface AccountFacts {
  readonly accountId: string;
  readonly partition: string;
  /** Bucket of a host name in the virtual-host style, `undefined` for a host that names none. */
  bucketOfHost(host: string): string | undefined;
  /** Key by which a bucket's new objects are encrypted, `undefined` for a key that AWS keeps. */
  keyOfBucket(bucket: string): string | undefined;
  /** Key of a vector bucket. */
  keyOfVectorBucket(bucket: string): string | undefined;
  /** Key of a queue. */
  keyOfQueue(queueArn: string): string | undefined;
  /** Key of a table. */
  keyOfTable(tableArn: string): string | undefined;
}

/** A permission by its action and ARN; keys of the request that conditions may name. */
export interface NamedPermission {
  readonly action: string;
  readonly resource: string;
  readonly keys?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export function arn(
  { partition, accountId }: AccountFacts,
  { service, region }: Pick<ServiceRequest, 'service' | 'region'>,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** A header's only value. */
export function header({ headers }: ServiceRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The body as JSON of a form. @throws UnknownActionError if it is not of that form */
export function jsonBody<Schema extends z.ZodType>(request: ServiceRequest, schema: Schema): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(request.body.toString() || '{}');
  } catch (error) {
    throw new UnknownActionError(`The body of a request to ${request.service} is no JSON.`, { cause: error });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UnknownActionError(
    `The resources of a request to ${request.service} cannot be told: ${z.prettifyError(parsed.error)}`,
  );
}

/** The operation of a JSON protocol: `AmazonSQS.SendMessage` names `SendMessage`. */
export function targetOperation(request: ServiceRequest): string | undefined {
  return header(request, 'x-amz-target')?.split('.').at(-1);
}

/** What the permissions of a call by key are: one for the service behind, by way of the service that is called. */
export function keyPermissions(
  request: ServiceRequest,
  facts: AccountFacts,
  key: string | undefined,
  operations: readonly ('Decrypt' | 'GenerateDataKey')[],
  encryptionContext: Readonly<Record<string, string>> = {},
): NamedPermission[] {
  if (key === undefined) return [];
  const keys = {
    'kms:ViaService': `${request.service}.${request.region}.amazonaws.com`,
    'kms:CallerAccount': facts.accountId,
    ...Object.fromEntries(
      Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    ),
  };
  return operations.map((operation) => ({ action: `kms:${operation}`, resource: key, keys }));
}
