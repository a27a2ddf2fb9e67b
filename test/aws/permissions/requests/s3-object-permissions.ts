import { UnknownActionError } from '../errors.ts';
import { locationOfPath } from './s3-location.ts';
import {
  type AccountFacts,
  header,
  keyPermissions,
  type NamedPermission,
  type ServiceRequest,
} from './service-request.ts';

/** Actions on an object's side by the query that names it: of GET, PUT and DELETE, and whether versions have their own. */
const SIDES: Readonly<
  Record<string, { readonly of: Readonly<Record<string, string>>; readonly versions: boolean }>
> = {
  tagging: { of: { GET: 'Get%Tagging', PUT: 'Put%Tagging', DELETE: 'Delete%Tagging' }, versions: true },
  acl: { of: { GET: 'Get%Acl', PUT: 'Put%Acl' }, versions: true },
  retention: { of: { GET: 'Get%Retention', PUT: 'Put%Retention' }, versions: false },
  'legal-hold': { of: { GET: 'Get%LegalHold', PUT: 'Put%LegalHold' }, versions: false },
};

/** Encryption context of an object's key: with a bucket key it is the bucket's, else the object's own ARN. */
function keysOf(
  request: ServiceRequest,
  facts: AccountFacts,
  bucket: string,
  operations: readonly ('Decrypt' | 'GenerateDataKey')[],
  isRead: boolean,
): NamedPermission[] {
  const asked = isRead ? undefined : header(request, 'x-amz-server-side-encryption');
  const key = asked === 'AES256' ? undefined : facts.keyOfBucket(bucket);
  const chosen = isRead ? undefined : header(request, 'x-amz-server-side-encryption-aws-kms-key-id');
  const encryptionContext = { 'aws:s3:arn': `arn:${facts.partition}:s3:::${bucket}` };
  return keyPermissions(request, facts, chosen ?? key, operations, encryptionContext);
}

function copySource(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const source = header(request, 'x-amz-copy-source');
  if (source === undefined) return [];
  const [path = '', query = ''] = source.split('?');
  const { bucket, key } = locationOfPath(path);
  if (bucket === undefined || key === undefined) {
    throw new UnknownActionError(`"${source}" is no object to copy from.`);
  }
  const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const resource = `arn:${facts.partition}:s3:::${bucket}/${key}`;
  return [
    { action, resource, keys: { 's3:VersionId': versionId } },
    ...keysOf(request, facts, bucket, ['Decrypt'], true),
  ];
}

/** What a request about an object needs. @throws UnknownActionError if its action is not known here */
export function objectPermissions(
  request: ServiceRequest,
  facts: AccountFacts,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): NamedPermission[] {
  const { method, query } = request;
  const versionId = query.get('versionId') ?? undefined;
  const ofVersion = versionId === undefined ? 'Object' : 'ObjectVersion';
  const keys = {
    's3:VersionId': versionId,
    's3:x-amz-server-side-encryption': header(request, 'x-amz-server-side-encryption'),
    's3:x-amz-server-side-encryption-aws-kms-key-id': header(
      request,
      'x-amz-server-side-encryption-aws-kms-key-id',
    ),
    's3:x-amz-acl': header(request, 'x-amz-acl'),
    's3:x-amz-storage-class': header(request, 'x-amz-storage-class'),
    's3:if-match': header(request, 'if-match'),
    's3:if-none-match': header(request, 'if-none-match'),
  };
  const resource = `arn:${facts.partition}:s3:::${bucket}/${key}`;
  const named = (action: string): NamedPermission => ({ action: `s3:${action}`, resource, keys });
  const isAsked = (name: string) => header(request, name) !== undefined;

  const side = Object.keys(SIDES).find((name) => query.has(name));
  const sideAction = side === undefined ? undefined : SIDES[side]?.of[method];
  if (side !== undefined && sideAction !== undefined) {
    return [named(sideAction.replace('%', SIDES[side]?.versions ? ofVersion : 'Object'))];
  }
  if (side !== undefined || query.has('torrent') || query.has('select') || query.has('restore')) {
    throw new UnknownActionError(`The action of ${method} ?${query} on an object is not known here.`);
  }

  switch (method) {
    case 'GET':
    case 'HEAD': {
      if (query.has('uploadId')) return [named('ListMultipartUploadParts')];
      const attributes = query.has('attributes') ? [named(`Get${ofVersion}Attributes`)] : [];
      // An object's content and its kept checksum are encrypted; a HEAD without checksums needs no key.
      const needsKey = method === 'GET' || isAsked('x-amz-checksum-mode');
      const decrypt = needsKey ? keysOf(request, facts, bucket, ['Decrypt'], true) : [];
      return [named(`Get${ofVersion}`), ...attributes, ...decrypt];
    }
    case 'PUT': {
      const isPart = query.has('partNumber');
      return [
        ...copySource(request, facts),
        named('PutObject'),
        // S3 compares with the object that is there.
        ...(isAsked('if-match') ? [named('GetObject')] : []),
        ...(isAsked('x-amz-tagging') ? [named('PutObjectTagging')] : []),
        ...(isAsked('x-amz-acl') ? [named('PutObjectAcl')] : []),
        ...(isAsked('x-amz-object-lock-mode') ? [named('PutObjectRetention')] : []),
        ...(isAsked('x-amz-object-lock-legal-hold') ? [named('PutObjectLegalHold')] : []),
        ...keysOf(
          request,
          facts,
          bucket,
          isPart ? ['GenerateDataKey', 'Decrypt'] : ['GenerateDataKey'],
          false,
        ),
      ];
    }
    case 'POST':
      if (!query.has('uploads') && !query.has('uploadId')) break;
      return [
        named('PutObject'),
        ...(isAsked('x-amz-tagging') ? [named('PutObjectTagging')] : []),
        ...keysOf(request, facts, bucket, query.has('uploads') ? ['GenerateDataKey'] : ['Decrypt'], false),
      ];
    case 'DELETE':
      if (query.has('uploadId')) return [named('AbortMultipartUpload')];
      return [
        named(`Delete${ofVersion}`),
        ...(isAsked('if-match') ? [named('GetObject')] : []),
        ...(isAsked('x-amz-bypass-governance-retention') ? [named('BypassGovernanceRetention')] : []),
      ];
  }
  throw new UnknownActionError(`The action of ${method} ?${query} on an object is not known here.`);
}
