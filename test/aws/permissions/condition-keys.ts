import { UnknownPolicyError } from './errors.ts';

/** What a request says under its condition keys, by their names in lower case. A key that is not there is absent. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/**
 * Keys whose value is known for each request, be it that they are absent. A call that a role makes by itself has no
 * `aws:SourceArn`, `aws:SourceAccount` and the like: those are there where one service calls another.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KNOWN = new Set(
  [
    'aws:SecureTransport',
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:PrincipalType',
    'aws:PrincipalIsAWSService',
    'aws:RequestedRegion',
    'aws:ResourceAccount',
    'aws:CurrentTime',
    'aws:EpochTime',
    'aws:SourceIp',
    'aws:ViaAWSService',
    'aws:CalledVia',
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:MultiFactorAuthPresent',
    's3:TlsVersion',
    's3:prefix',
    's3:delimiter',
    's3:max-keys',
    's3:VersionId',
    's3:authType',
    's3:signatureversion',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    's3:x-amz-acl',
    's3:x-amz-storage-class',
    's3:x-amz-content-sha256',
    's3:if-match',
    's3:if-none-match',
    'kms:ViaService',
    'kms:CallerAccount',
    'kms:GrantIsForAWSResource',
    'iam:PassedToService',
    'events:source',
    'events:detail-type',
  ].map((key) => key.toLowerCase()),
);
const KNOWN_PREFIXES = ['kms:encryptioncontext:'];

/** @throws UnknownPolicyError if it is not known here whether the request has the key */
export function valuesOf(context: RequestContext, key: string): readonly string[] | undefined {
  const name = key.toLowerCase();
  const values = context.get(name);
  if (values !== undefined || KNOWN.has(name) || KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return values;
  }
  throw new UnknownPolicyError(`Whether a request has the condition key ${key} is not known here. Add it.`);
}

/** A context of keys and values; `undefined` leaves a key out. */
export function contextOf(
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): RequestContext {
  return new Map(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[key.toLowerCase(), typeof value === 'string' ? [value] : value] as const],
    ),
  );
}
