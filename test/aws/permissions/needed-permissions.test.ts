import { once } from 'node:events';
import { get } from 'node:http';
import { BatchClient, SubmitJobCommand } from '@aws-sdk/client-batch';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
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
import { PutVectorsCommand, QueryVectorsCommand, S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { CreateScheduleCommand, DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PermissionProxy, startPermissionProxy } from './permission-proxy.ts';
import { policyStatements } from './policy-statement.ts';
import { type RecordedUpstream, startRecordedUpstream } from './recorded-upstream.ts';
import { bucketOfHost } from './requests/s3-location.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/data';
const everything = policyStatements({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'a test');
const region = 'eu-west-1';
const Bucket = 'data';
const image = 'images/north/p 1/左/left+1.jpg';
const imageArn = `arn:aws:s3:::data/${image}`;
const queue = 'http://sqs.eu-west-1.amazonaws.com/111122223333/intake';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:intake';
const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/exams';

let upstream: RecordedUpstream;
let proxy: PermissionProxy;
let settings: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
};

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  proxy = await startPermissionProxy({
    upstream: upstream.endpoint,
    principals: new Map([['AKIAALL', { role: 'all', statements: everything }]]),
    resourcePolicies: new Map(),
    facts: {
      accountId: '111122223333',
      partition: 'aws',
      bucketOfHost,
      keyOfBucket: (bucket) => (bucket === 'data' ? KEY : undefined),
      keyOfVectorBucket: () => KEY,
      keyOfQueue: () => undefined,
      keyOfTable: () => undefined,
    },
  });
  settings = {
    endpoint: proxy.endpoint,
    region,
    credentials: { accessKeyId: 'AKIAALL', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});
beforeEach(() => {
  (proxy.calls as unknown[]).length = 0;
});

/** What a call needs, whatever the client makes of the empty answer. */
async function needed(call: () => Promise<unknown>): Promise<string[]> {
  await call().catch(() => undefined);
  return proxy.calls.map(({ action, resource, decision }) =>
    decision === 'allowed' ? `${action} ${resource}` : `${decision} ${action}`,
  );
}

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
    const request = get(`${proxy.endpoint}/images/left.jpg`, { headers: { authorization, host } });
    await once(request, 'response');
    expect(proxy.calls[0]?.resource).toBe('arn:aws:s3:::plain/images/left.jpg');
    expect(upstream.requests.at(-1)?.headers.host).toBe(host);
    expect(bucketOfHost('data.s3.eu-west-1.amazonaws.com')).toBe('data');
    expect(bucketOfHost('my.data.s3.localhost.localstack.cloud')).toBe('my.data');
    expect(bucketOfHost('127.0.0.1')).toBeUndefined();
  });
});

describe('a call to another service needs', () => {
  it('SQS: the action of the single form, on the queue of the URL', async () => {
    const sqs = new SQSClient(settings);
    const Entries = [{ Id: '0', MessageBody: 'x', ReceiptHandle: 'r' }];
    await needed(() => sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries })));
    await needed(() => sqs.send(new ReceiveMessageCommand({ QueueUrl: queue })));
    await needed(() => sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue, Entries })));
    expect(
      await needed(() => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue, Entries }))),
    ).toEqual(
      ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'].map(
        (action) => `sqs:${action} ${queueArn}`,
      ),
    );
  });

  it('SQS in the query protocol as well', async () => {
    const credential = 'Credential=AKIAALL/20260501/eu-west-1/sqs/aws4_request';
    await fetch(`${proxy.endpoint}/111122223333/intake`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 ${credential}, Signature=x`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=SendMessage&MessageBody=x',
    });
    expect(proxy.calls).toMatchObject([{ action: 'sqs:SendMessage', resource: queueArn }]);
  });

  it('DynamoDB: the table, or the index that is queried', async () => {
    const dynamo = new DynamoDBClient(settings);
    const query = { TableName: 'exams', KeyConditionExpression: 'pk = :pk' };
    const Key = { pk: { S: 'a' } };
    await needed(() => dynamo.send(new PutItemCommand({ TableName: 'exams', Item: Key })));
    await needed(() => dynamo.send(new QueryCommand(query)));
    await needed(() => dynamo.send(new QueryCommand({ ...query, IndexName: 'by-listing' })));
    await needed(() =>
      dynamo.send(
        new BatchGetItemCommand({ RequestItems: { exams: { Keys: [Key] }, other: { Keys: [Key] } } }),
      ),
    );
    const TransactItems = [
      { Put: { TableName: 'exams', Item: Key } },
      { ConditionCheck: { TableName: 'exams', Key, ConditionExpression: 'x' } },
    ];
    expect(await needed(() => dynamo.send(new TransactWriteItemsCommand({ TransactItems })))).toEqual([
      `dynamodb:PutItem ${table}`,
      `dynamodb:Query ${table}`,
      `dynamodb:Query ${table}/index/by-listing`,
      `dynamodb:BatchGetItem ${table}`,
      `dynamodb:BatchGetItem ${table.replace('exams', 'other')}`,
      `dynamodb:PutItem ${table}`,
      `dynamodb:ConditionCheckItem ${table}`,
    ]);
  });

  it('EventBridge: each bus', async () => {
    const bridge = new EventBridgeClient(settings);
    const Entries = [{ EventBusName: 'left' }, {}];
    expect(await needed(() => bridge.send(new PutEventsCommand({ Entries })))).toEqual([
      'events:PutEvents arn:aws:events:eu-west-1:111122223333:event-bus/left',
      'events:PutEvents arn:aws:events:eu-west-1:111122223333:event-bus/default',
    ]);
  });

  it('Scheduler: the schedule, and to pass its role', async () => {
    const scheduler = new SchedulerClient(settings);
    const RoleArn = 'arn:aws:iam::111122223333:role/sender';
    const create = new CreateScheduleCommand({
      Name: 'yearly',
      GroupName: 'jobs',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: queueArn, RoleArn },
    });
    await needed(() => scheduler.send(create));
    expect(
      await needed(() => scheduler.send(new DeleteScheduleCommand({ Name: 'yearly', GroupName: 'jobs' }))),
    ).toEqual([
      'scheduler:CreateSchedule arn:aws:scheduler:eu-west-1:111122223333:schedule/jobs/yearly',
      `iam:PassRole ${RoleArn}`,
      'scheduler:DeleteSchedule arn:aws:scheduler:eu-west-1:111122223333:schedule/jobs/yearly',
    ]);
  });

  it('Batch: the definition and the queue', async () => {
    const job = new SubmitJobCommand({ jobName: 'j', jobQueue: 'q', jobDefinition: 'd:3' });
    expect(await needed(() => new BatchClient(settings).send(job))).toEqual([
      'batch:SubmitJob arn:aws:batch:eu-west-1:111122223333:job-definition/d:3',
      'batch:SubmitJob arn:aws:batch:eu-west-1:111122223333:job-queue/q',
    ]);
  });

  it('S3 Vectors: the index, its key, and to read vectors where metadata are asked for', async () => {
    const vectors = new S3VectorsClient(settings);
    const index = { vectorBucketName: 'v', indexName: 'i' };
    const arn = 'arn:aws:s3vectors:eu-west-1:111122223333:bucket/v/index/i';
    const queryVector = { float32: [1] };
    await needed(() =>
      vectors.send(new PutVectorsCommand({ ...index, vectors: [{ key: 'k', data: queryVector }] })),
    );
    const query = new QueryVectorsCommand({ ...index, topK: 1, queryVector, returnMetadata: true });
    expect(await needed(() => vectors.send(query))).toEqual([
      `s3vectors:PutVectors ${arn}`,
      `kms:GenerateDataKey ${KEY}`,
      `kms:Decrypt ${KEY}`,
      `s3vectors:QueryVectors ${arn}`,
      `s3vectors:GetVectors ${arn}`,
      `kms:Decrypt ${KEY}`,
    ]);
  });

  it('CloudFormation: the stack', async () => {
    const describeStacks = new DescribeStacksCommand({ StackName: 'RetclipScreening' });
    expect(await needed(() => new CloudFormationClient(settings).send(describeStacks))).toEqual([
      'cloudformation:DescribeStacks arn:aws:cloudformation:eu-west-1:111122223333:stack/RetclipScreening/*',
    ]);
  });

  it('an action that has a name here: any other call is refused, even to who may do everything', async () => {
    const rule = new PutRuleCommand({ Name: 'x', EventPattern: '{}' });
    expect(await needed(() => new EventBridgeClient(settings).send(rule))).toEqual([
      'unknown events:unknown',
    ]);
    expect(proxy.denials.at(-1)).toMatchObject({
      decision: 'unknown',
      reason: expect.stringContaining('PutRule'),
    });
  });
});
