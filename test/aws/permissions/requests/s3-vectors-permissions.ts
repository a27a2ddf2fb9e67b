import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  keyPermissions,
  type NamedPermission,
  type ServiceRequest,
} from './service-request.ts';

type KeyOperation = 'Decrypt' | 'GenerateDataKey';

/**
 * Operations on an index, and what each needs of the bucket's key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-access-management.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html
 */
const OF_INDEX: Readonly<Record<string, readonly KeyOperation[]>> = {
  CreateIndex: ['GenerateDataKey', 'Decrypt'],
  DeleteIndex: [],
  GetIndex: [],
  PutVectors: ['GenerateDataKey', 'Decrypt'],
  GetVectors: ['Decrypt'],
  ListVectors: ['Decrypt'],
  QueryVectors: ['Decrypt'],
  DeleteVectors: ['Decrypt'],
};
const OF_BUCKET = new Set(['CreateVectorBucket', 'DeleteVectorBucket', 'GetVectorBucket', 'ListIndexes']);

const addressSchema = z.object({
  vectorBucketName: z.string().optional(),
  vectorBucketArn: z.string().optional(),
  indexName: z.string().optional(),
  indexArn: z.string().optional(),
  returnMetadata: z.boolean().optional(),
  returnData: z.boolean().optional(),
  filter: z.unknown().optional(),
});
type Address = z.infer<typeof addressSchema>;

function bucketName({ vectorBucketName, vectorBucketArn, indexArn }: Address): string {
  const name = vectorBucketName ?? /:bucket\/([^/]+)/.exec(vectorBucketArn ?? indexArn ?? '')?.[1];
  if (name === undefined) throw new UnknownActionError('A call to S3 Vectors names no bucket.');
  return name;
}

function indexName({ indexName: name, indexArn }: Address): string {
  const found = name ?? /\/index\/([^/]+)$/.exec(indexArn ?? '')?.[1];
  if (found === undefined) throw new UnknownActionError('A call to S3 Vectors names no index.');
  return found;
}

/** A query that filters or asks for metadata reads vectors as well, and so does a list that asks for more than keys. */
function alsoNeeded(operation: string, { returnData, returnMetadata, filter }: Address): readonly string[] {
  const isQuery = operation === 'QueryVectors' && (returnMetadata === true || filter !== undefined);
  const isList = operation === 'ListVectors' && (returnData === true || returnMetadata === true);
  return isQuery || isList ? ['GetVectors'] : [];
}

/** What a request to S3 Vectors needs. @throws UnknownActionError if its action is not known here */
export function s3VectorsPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = /^\/([A-Za-z]+)$/.exec(request.path)?.[1] ?? '';
  if (operation === 'ListVectorBuckets') return [{ action: 's3vectors:ListVectorBuckets', resource: '*' }];
  const ofKey = OF_INDEX[operation];
  if (ofKey === undefined && !OF_BUCKET.has(operation)) {
    throw new UnknownActionError(`The action of the S3 Vectors call "${operation}" is not known here.`);
  }
  const address = jsonBody(request, addressSchema);
  const bucket = arn(facts, request, `bucket/${bucketName(address)}`);
  if (ofKey === undefined) return [{ action: `s3vectors:${operation}`, resource: bucket }];
  const resource = `${bucket}/index/${indexName(address)}`;
  const key = facts.keyOfVectorBucket(bucketName(address));
  return [
    ...[operation, ...alsoNeeded(operation, address)].map((action) => ({
      action: `s3vectors:${action}`,
      resource,
    })),
    ...keyPermissions(request, facts, key, ofKey),
  ];
}
