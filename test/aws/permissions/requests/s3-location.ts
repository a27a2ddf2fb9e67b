import { UnknownActionError } from '../errors.ts';
import type { AccountFacts, ServiceRequest } from './service-request.ts';

/** What a request to S3 is about: a bucket's object, a bucket, or all buckets. */
export interface S3Location {
  readonly bucket?: string;
  /** Not encoded. */
  readonly key?: string;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new UnknownActionError(`The path "${text}" is badly encoded.`, { cause: error });
  }
}

/** Reads `/bucket/key`. */
export function locationOfPath(path: string): S3Location {
  const [, bucket = '', key = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucket === '') return {};
  return { bucket: decoded(bucket), ...(key === '' ? {} : { key: decoded(key) }) };
}

/**
 * Where a request goes, by its host (`bucket.s3.eu-west-1.amazonaws.com/key`) or by its path (`/bucket/key`).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function s3Location({ headers, path }: ServiceRequest, facts: AccountFacts): S3Location {
  const bucket = facts.bucketOfHost((headers.host ?? '').replace(/:\d+$/, ''));
  if (bucket === undefined) return locationOfPath(path);
  const key = decoded(path.slice(1));
  return key === '' ? { bucket } : { bucket, key };
}

/** The bucket of a host in the virtual-host style, as AWS and emulators write it. */
export function bucketOfHost(host: string): string | undefined {
  return /^(.+?)\.(?:s3[.-][a-z0-9.-]*|localhost)$/.exec(host)?.[1];
}
