import { UnknownActionError } from '../errors.ts';
import { bucketPermissions } from './s3-bucket-permissions.ts';
import { s3Location } from './s3-location.ts';
import { objectPermissions } from './s3-object-permissions.ts';
import { type AccountFacts, header, type NamedPermission, type ServiceRequest } from './service-request.ts';

/** Keys that each request to S3 has. */
function commonKeys(request: ServiceRequest) {
  const isPresigned = request.query.has('X-Amz-Signature');
  return {
    's3:TlsVersion': '1.3',
    's3:authType': isPresigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:x-amz-content-sha256': isPresigned ? undefined : header(request, 'x-amz-content-sha256'),
  };
}

/**
 * What a request to S3 needs, in either style of address.
 *
 * @throws UnknownActionError if its action is not known here
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function s3Permissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const { bucket, key } = s3Location(request, facts);
  const needed = () => {
    if (bucket === undefined) {
      if (request.method === 'GET') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
      throw new UnknownActionError(`The action of ${request.method} ${request.path} is not known here.`);
    }
    return key === undefined
      ? bucketPermissions(request, facts, bucket)
      : objectPermissions(request, facts, { bucket, key });
  };
  return needed().map((permission: NamedPermission) => ({
    ...permission,
    keys: permission.action.startsWith('s3:')
      ? { ...commonKeys(request), ...permission.keys }
      : permission.keys,
  }));
}

/**
 * What S3 asks where an object is not there: a role that may not list a bucket is told "denied" instead of "not found".
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function permissionToMiss(request: ServiceRequest, facts: AccountFacts): NamedPermission | undefined {
  const { bucket, key } = s3Location(request, facts);
  if (bucket === undefined || key === undefined) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  return {
    action: 's3:ListBucket',
    resource: `arn:${facts.partition}:s3:::${bucket}`,
    keys: commonKeys(request),
  };
}
