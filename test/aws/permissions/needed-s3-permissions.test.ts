import { once } from 'node:events';
import { get } from 'node:http';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY, NeededPermissions } from './needed-permissions.ts';
import { bucketOfHost } from './requests/s3-location.ts';

const Bucket = 'data';
const image = 'images/north/p 1/左/left+1.jpg';
const imageArn = `arn:aws:s3:::data/${image}`;

let permissions: NeededPermissions;
let settings: NeededPermissions['settings'];
const needed = (call: () => Promise<unknown>) => permissions.of(call);

beforeAll(async () => {
  permissions = await NeededPermissions.start();
  settings = permissions.settings;
});
afterAll(() => permissions[Symbol.asyncDispose]());
beforeEach(() => permissions.forget());

/** What S3's documentation lists as each call's permissions. */
describe('a call to S3 needs', () => {
  const s3 = (command: object) => needed(() => new S3Client(settings).send(command as never));

  it('GetObject, of a version GetObjectVersion, and to decrypt', async () => {
    expect(await s3(new GetObjectCommand({ Bucket, Key: image }))).toEqual([
      `s3:GetObject ${imageArn}`,
      `kms:Decrypt ${KEY}`,
    ]);
  });
  it('GetObjectVersion for a version', async () => {
    expect(await s3(new GetObjectCommand({ Bucket: 'plain', Key: 'k', VersionId: 'v1' }))).toEqual([
      's3:GetObjectVersion arn:aws:s3:::plain/k',
    ]);
  });
  it('the same for HEAD, and the key only for a checksum', async () => {
    expect(await s3(new HeadObjectCommand({ Bucket, Key: image, VersionId: 'v1' }))).toEqual([
      `s3:GetObjectVersion ${imageArn}`,
    ]);
  });
  it('the key for the checksum of a HEAD', async () => {
    expect(await s3(new HeadObjectCommand({ Bucket, Key: image, ChecksumMode: 'ENABLED' }))).toEqual([
      `s3:GetObject ${imageArn}`,
      `kms:Decrypt ${KEY}`,
    ]);
  });
  it('PutObject and a data key', async () => {
    expect(await s3(new PutObjectCommand({ Bucket, Key: image, Body: 'x' }))).toEqual([
      `s3:PutObject ${imageArn}`,
      `kms:GenerateDataKey ${KEY}`,
    ]);
  });
  it('GetObject as well for a write on condition of an entity tag', async () => {
    expect(await s3(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x', IfMatch: '"e"' }))).toEqual([
      's3:PutObject arn:aws:s3:::plain/k',
      's3:GetObject arn:aws:s3:::plain/k',
    ]);
  });
  it('PutObjectTagging for tags that come with a PUT', async () => {
    expect(await s3(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x', Tagging: 'a=b' }))).toEqual([
      's3:PutObject arn:aws:s3:::plain/k',
      's3:PutObjectTagging arn:aws:s3:::plain/k',
    ]);
  });
  it('to decrypt as well for a part of an upload', async () => {
    const part = new UploadPartCommand({ Bucket, Key: 'k', UploadId: 'u', PartNumber: 1, Body: 'x' });
    expect(await s3(part)).toEqual([
      's3:PutObject arn:aws:s3:::data/k',
      `kms:GenerateDataKey ${KEY}`,
      `kms:Decrypt ${KEY}`,
    ]);
  });
  it('to read the source of a copy', async () => {
    const copy = new CopyObjectCommand({
      Bucket: 'plain',
      Key: 'k',
      CopySource: 'data/l%20eft?versionId=v1',
    });
    expect(await s3(copy)).toEqual([
      's3:GetObjectVersion arn:aws:s3:::data/l eft',
      `kms:Decrypt ${KEY}`,
      's3:PutObject arn:aws:s3:::plain/k',
    ]);
  });
  it.each([
    [new DeleteObjectCommand({ Bucket, Key: 'k' }), 's3:DeleteObject arn:aws:s3:::data/k'],
    [
      new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: 'v1' }),
      's3:DeleteObjectVersion arn:aws:s3:::data/k',
    ],
    [new ListObjectsV2Command({ Bucket, Prefix: 'images/' }), 's3:ListBucket arn:aws:s3:::data'],
    [new ListObjectVersionsCommand({ Bucket }), 's3:ListBucketVersions arn:aws:s3:::data'],
    [new GetObjectTaggingCommand({ Bucket, Key: 'k' }), 's3:GetObjectTagging arn:aws:s3:::data/k'],
    [
      new PutObjectTaggingCommand({ Bucket, Key: 'k', VersionId: 'v', Tagging: { TagSet: [] } }),
      's3:PutObjectVersionTagging arn:aws:s3:::data/k',
    ],
  ] as const)('%# its own action', async (command, expected) => {
    expect(await s3(command)).toEqual([expected]);
  });
  it('one permission for each object of a batch', async () => {
    const Objects = [{ Key: 'left & right' }, { Key: 'b', VersionId: 'v1' }];
    expect(await s3(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).toEqual([
      's3:DeleteObject arn:aws:s3:::data/left & right',
      's3:DeleteObjectVersion arn:aws:s3:::data/b',
    ]);
  });
  it('what its host names, in the virtual-host style', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIAALL/20260501/eu-west-1/s3/aws4_request, Signature=x';
    const host = 'plain.s3.eu-west-1.amazonaws.com';
    const request = get(`${permissions.proxy.endpoint}/images/left.jpg`, {
      headers: { authorization, host },
    });
    await once(request, 'response');
    expect(permissions.proxy.calls[0]?.resource).toBe('arn:aws:s3:::plain/images/left.jpg');
    expect(permissions.upstream.requests.at(-1)?.headers.host).toBe(host);
    expect(bucketOfHost('data.s3.eu-west-1.amazonaws.com')).toBe('data');
    expect(bucketOfHost('my.data.s3.localhost.localstack.cloud')).toBe('my.data');
    expect(bucketOfHost('127.0.0.1')).toBeUndefined();
  });
});
