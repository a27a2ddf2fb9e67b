import { createHash, randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PermissionProxy, startPermissionProxy } from './permission-proxy.ts';
import { policyStatements } from './policy-statement.ts';
import { type RecordedUpstream, startRecordedUpstream } from './recorded-upstream.ts';
import { bucketOfHost } from './requests/s3-location.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/data';

function may(...actions: string[]) {
  return policyStatements({ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }, 'a test');
}

describe('the permission proxy', () => {
  let upstream: RecordedUpstream;
  let proxy: PermissionProxy;

  beforeEach(async () => {
    upstream = await startRecordedUpstream();
    const worker = { role: 'worker', statements: may('s3:GetObject', 's3:PutObject', 'kms:*') };
    const keyless = { role: 'keyless', statements: may('s3:PutObject', 's3:ListBucket', 's3:GetObject') };
    proxy = await startPermissionProxy({
      upstream: upstream.endpoint,
      principals: new Map([
        ['AKIAWORKER', worker],
        ['AKIAKEYLESS', keyless],
      ]),
      resourcePolicies: new Map(),
      facts: {
        accountId: '111122223333',
        partition: 'aws',
        bucketOfHost,
        keyOfBucket: (bucket) => (bucket === 'data' ? KEY : undefined),
        keyOfVectorBucket: () => undefined,
        keyOfQueue: () => undefined,
        keyOfTable: () => undefined,
      },
    });
  });
  afterEach(async () => {
    await proxy.close();
    await upstream.close();
  });

  const settings = (accessKeyId: string) => ({
    endpoint: proxy.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
  });
  const object = { Bucket: 'data', Key: 'images/left.jpg' };

  it('passes on what is allowed, byte by byte, with its host and its signature', async () => {
    const Body = randomBytes(6 * 1024 * 1024);
    upstream.answer = { status: 200, headers: { etag: '"e"', 'x-amz-version-id': 'v1' } };
    const answer = await new S3Client(settings('AKIAWORKER')).send(new PutObjectCommand({ ...object, Body }));
    expect(answer.VersionId).toBe('v1');
    const [sent] = upstream.requests;
    const hash = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
    expect(hash(sent?.body ?? Buffer.alloc(0))).toBe(hash(Body));
    expect(sent?.headers.host).toBe(new URL(proxy.endpoint).host);
    expect(sent?.headers.authorization).toContain('Credential=AKIAWORKER/');
    expect(proxy.denials).toEqual([]);
  });

  it('reads the key of a presigned URL', async () => {
    const url = await getSignedUrl(new S3Client(settings('AKIAWORKER')), new PutObjectCommand(object));
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
    const other = await getSignedUrl(new S3Client(settings('AKIAKEYLESS')), new PutObjectCommand(object));
    const refused = await fetch(other, { method: 'PUT', body: 'x' });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain(
      `arn:aws:sts::111122223333:assumed-role/keyless/session is not authorized to perform: kms:GenerateDataKey on resource: ${KEY}`,
    );
    expect(upstream.requests).toHaveLength(1);
  });

  it('refuses as S3, DynamoDB and SQS do, naming role, action and resource', async () => {
    const versioned = { ...object, VersionId: 'v1' };
    await expect(
      new S3Client(settings('AKIAWORKER')).send(new GetObjectCommand(versioned)),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::111122223333:assumed-role/worker/session is not authorized to perform: s3:GetObjectVersion on resource: "arn:aws:s3:::data/images/left.jpg" because no identity-based policy allows the s3:GetObjectVersion action',
      $metadata: { httpStatusCode: 403 },
    });
    const get = new GetItemCommand({ TableName: 'exams', Key: { pk: { S: 'a' } } });
    await expect(new DynamoDBClient(settings('AKIAWORKER')).send(get)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/exams because',
      ),
      $metadata: { httpStatusCode: 400 },
    });
    const send = new SendMessageBatchCommand({
      QueueUrl: `${proxy.endpoint}/111122223333/intake`,
      Entries: [{ Id: '0', MessageBody: 'x' }],
    });
    await expect(new SQSClient(settings('AKIAWORKER')).send(send)).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied'),
      message: expect.stringContaining(
        'sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:111122223333:intake because',
      ),
    });
    expect(upstream.requests).toEqual([]);
    expect(proxy.denials.map(({ role, action, decision }) => [role, action, decision])).toEqual([
      ['worker', 's3:GetObjectVersion', 'denied'],
      ['worker', 'dynamodb:GetItem', 'denied'],
      ['worker', 'sqs:SendMessage', 'denied'],
    ]);
  });

  it('answers a HEAD without a body, as S3 does', async () => {
    const head = new HeadObjectCommand({ ...object, VersionId: 'v1' });
    await expect(new S3Client(settings('AKIAWORKER')).send(head)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('tells of a missing object only who may list its bucket', async () => {
    upstream.answer = {
      status: 404,
      headers: { 'content-type': 'application/xml' },
      body: '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>',
    };
    const get = new GetObjectCommand({ Bucket: 'plain', Key: 'gone' });
    await expect(new S3Client(settings('AKIAWORKER')).send(get)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(new S3Client(settings('AKIAKEYLESS')).send(get)).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    expect(proxy.denials.map(({ role, action }) => [role, action])).toEqual([['worker', 's3:ListBucket']]);
  });

  it('refuses an unknown key, and a request without a signature', async () => {
    await expect(
      new S3Client(settings('AKIANOBODY')).send(new GetObjectCommand(object)),
    ).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
    const get = new GetItemCommand({ TableName: 'exams', Key: { pk: { S: 'a' } } });
    await expect(new DynamoDBClient(settings('AKIANOBODY')).send(get)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    expect((await fetch(`${proxy.endpoint}/data/images/left.jpg`)).status).toBe(403);
    expect(upstream.requests).toEqual([]);
    expect(proxy.denials).toHaveLength(3);
  });

  it('refuses what it cannot decide', async () => {
    const statements = policyStatements(
      {
        Statement: {
          Effect: 'Allow',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringEquals: { 's3:never-heard-of': 'x' } },
        },
      },
      'a test',
    );
    const strange = await startPermissionProxy({
      upstream: upstream.endpoint,
      principals: new Map([['AKIASTRANGE', { role: 'strange', statements }]]),
      resourcePolicies: new Map(),
      facts: {
        accountId: '111122223333',
        partition: 'aws',
        bucketOfHost,
        keyOfBucket: () => undefined,
        keyOfVectorBucket: () => undefined,
        keyOfQueue: () => undefined,
        keyOfTable: () => undefined,
      },
    });
    const client = new S3Client({ ...settings('AKIASTRANGE'), endpoint: strange.endpoint });
    await expect(client.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(strange.denials).toMatchObject([
      { decision: 'unknown', reason: expect.stringContaining('never-heard-of') },
    ]);
    await strange.close();
  });
});
