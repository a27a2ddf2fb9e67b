import { UnknownActionError } from '../errors.ts';
import type { AccountFacts, NamedPermission, ServiceRequest } from './service-request.ts';

/**
 * Actions on a bucket's settings by the query that names them: those of GET, of PUT, and of DELETE, which S3 permits by the
 * action of PUT where it has none of its own.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const SETTINGS: Readonly<Record<string, readonly [get: string, put: string, remove?: string]>> = {
  accelerate: ['GetAccelerateConfiguration', 'PutAccelerateConfiguration'],
  acl: ['GetBucketAcl', 'PutBucketAcl'],
  cors: ['GetBucketCORS', 'PutBucketCORS'],
  encryption: ['GetEncryptionConfiguration', 'PutEncryptionConfiguration'],
  inventory: ['GetInventoryConfiguration', 'PutInventoryConfiguration'],
  lifecycle: ['GetLifecycleConfiguration', 'PutLifecycleConfiguration'],
  logging: ['GetBucketLogging', 'PutBucketLogging'],
  notification: ['GetBucketNotification', 'PutBucketNotification'],
  'object-lock': ['GetBucketObjectLockConfiguration', 'PutBucketObjectLockConfiguration'],
  ownershipControls: ['GetBucketOwnershipControls', 'PutBucketOwnershipControls'],
  policy: ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
  policyStatus: ['GetBucketPolicyStatus', 'PutBucketPolicy'],
  publicAccessBlock: ['GetBucketPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  replication: ['GetReplicationConfiguration', 'PutReplicationConfiguration'],
  tagging: ['GetBucketTagging', 'PutBucketTagging'],
  versioning: ['GetBucketVersioning', 'PutBucketVersioning'],
  website: ['GetBucketWebsite', 'PutBucketWebsite', 'DeleteBucketWebsite'],
};

function settingAction({ method, query }: ServiceRequest): string | undefined {
  const setting = Object.keys(SETTINGS).find((name) => query.has(name));
  if (setting === undefined) return undefined;
  const [get, put, remove = put] = SETTINGS[setting] ?? ['', ''];
  return { GET: get, PUT: put, DELETE: remove }[method];
}

/** Keys by which a listing may be bounded. */
function listingKeys(query: URLSearchParams) {
  return {
    's3:prefix': query.get('prefix') ?? undefined,
    's3:delimiter': query.get('delimiter') ?? undefined,
    's3:max-keys': query.get('max-keys') ?? undefined,
  };
}

/** The objects that `POST ?delete` names. @throws UnknownActionError if not each of them has one key */
export function objectsToDelete(body: Buffer): { readonly key: string; readonly versionId?: string }[] {
  const texts = body.toString().match(/<Object>.*?<\/Object>/gs) ?? [];
  return texts.map((text) => {
    const key = /<Key>(.*?)<\/Key>/s.exec(text)?.[1];
    if (key === undefined) throw new UnknownActionError('An object to delete has no key.');
    const versionId = /<VersionId>(.*?)<\/VersionId>/s.exec(text)?.[1];
    return { key: plainText(key), ...(versionId === undefined ? {} : { versionId: plainText(versionId) }) };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function plainText(xml: string): string {
  return xml.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (found, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? found;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

/** What a request about a bucket needs. @throws UnknownActionError if its action is not known here */
export function bucketPermissions(
  request: ServiceRequest,
  facts: AccountFacts,
  bucket: string,
): NamedPermission[] {
  const { method, query } = request;
  const resource = `arn:${facts.partition}:s3:::${bucket}`;
  const named = (action: string, keys?: NamedPermission['keys']) => [
    { action: `s3:${action}`, resource, keys },
  ];
  if (method === 'POST' && query.has('delete')) {
    const objects = objectsToDelete(request.body);
    if (objects.length === 0) throw new UnknownActionError('A request to delete objects names none.');
    return objects.map(({ key, versionId }) => ({
      action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
      resource: `${resource}/${key}`,
      keys: { 's3:VersionId': versionId },
    }));
  }
  const setting = settingAction(request);
  if (setting !== undefined) return named(setting);
  if (method === 'GET' && query.has('location')) return named('GetBucketLocation');
  if (method === 'GET' && query.has('versions')) return named('ListBucketVersions', listingKeys(query));
  if (method === 'GET' && query.has('uploads'))
    return named('ListBucketMultipartUploads', listingKeys(query));
  const isPlain = [...query.keys()].every((name) => LISTING.has(name.toLowerCase()));
  if ((method === 'GET' || method === 'HEAD') && isPlain) return named('ListBucket', listingKeys(query));
  if (method === 'PUT' && isPlain) return named('CreateBucket');
  if (method === 'DELETE' && isPlain) return named('DeleteBucket');
  throw new UnknownActionError(
    `The action of ${method} ${request.path}?${query} on a bucket is not known here.`,
  );
}

/** Queries that change nothing of what a request asks for. */
const LISTING = new Set([
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'marker',
  'start-after',
  'continuation-token',
  'encoding-type',
  'fetch-owner',
  'x-id',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);
