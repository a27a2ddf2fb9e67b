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
import { KEY, NeededPermissions } from './needed-permissions.ts';

const queue = 'http://sqs.eu-west-1.amazonaws.com/111122223333/intake';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:intake';
const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/exams';

let permissions: NeededPermissions;
let settings: NeededPermissions['settings'];
const needed = (call: () => Promise<unknown>) => permissions.of(call);

beforeAll(async () => {
  permissions = await NeededPermissions.start();
  settings = permissions.settings;
});
afterAll(() => permissions[Symbol.asyncDispose]());
beforeEach(() => permissions.forget());

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
    await fetch(`${permissions.proxy.endpoint}/111122223333/intake`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 ${credential}, Signature=x`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=SendMessage&MessageBody=x',
    });
    expect(permissions.proxy.calls).toMatchObject([{ action: 'sqs:SendMessage', resource: queueArn }]);
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
    expect(permissions.proxy.denials.at(-1)).toMatchObject({
      decision: 'unknown',
      reason: expect.stringContaining('PutRule'),
    });
  });
});
