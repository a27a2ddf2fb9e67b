import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import { AwsCallError } from '../errors.ts';
import { EventBridgeEvents } from '../events/eventbridge-events.ts';
import { S3ObjectStore } from '../objects/s3-object-store.ts';
import { SqsQueue } from '../queue/sqs-queue.ts';
import { S3VectorIndex } from '../search/s3-vector-index.ts';
import { DynamoExamTable } from '../table/dynamo-exam-table.ts';
import { tellFaults } from './tell-faults.ts';
import { denied, inJson, inXml } from './testing/answers.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };

describe('a fault of AWS is told', () => {
  let answer: (method: string, response: ServerResponse) => void;
  let settings: { endpoint: string; region: string; maxAttempts: number };
  let close: () => Promise<void>;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };

  beforeEach(async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(request.method ?? '', response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    settings = { endpoint, region: 'eu-west-1', maxAttempts: 1 };
    close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterEach(() => close());

  const bucket = () =>
    new S3ObjectStore(new S3Client({ ...settings, credentials, forcePathStyle: true }), 'data');
  const queue = () =>
    new SqsQueue(new SQSClient({ ...settings, credentials }), 'intake', `${settings.endpoint}/1/intake`);
  const table = () =>
    new DynamoExamTable(
      DynamoDBDocumentClient.from(new DynamoDBClient({ ...settings, credentials })),
      'exams',
      new PseudonymHash({
        head: async () => undefined,
        put: async () => Promise.reject(new Error('no key')),
        get: async () => Promise.reject(new Error('no key')),
      }),
    );

  async function told(call: Promise<unknown>): Promise<AwsCallError> {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AwsCallError);
    expect((error as AwsCallError).message).not.toMatch(/UnknownError|: Unknown\b/);
    return error as AwsCallError;
  }

  it('by the permission that a role lacks, though a HEAD has no body to say so', async () => {
    const key = 'features/left.safetensors';
    const why = 'because no identity-based policy allows the s3:GetObjectVersion action';
    answer = inXml(403, 'AccessDenied', denied('s3:GetObjectVersion', `"arn:aws:s3:::data/${key}"`, why));
    const error = await told(bucket().head(key, 'v1'));
    expect(error.message).toBe(
      `S3 GetObject of "data/${key}" in version "v1" failed: AccessDenied (HTTP 403). The role worker lacks s3:GetObjectVersion on arn:aws:s3:::data/${key} (${why}). [request R1]`,
    );
    expect(error.publicReason).toBe(
      "S3 GetObject failed: AccessDenied (HTTP 403). The system's role lacks s3:GetObjectVersion.",
    );
    expect(error.isPassing).toBe(false);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('by what a denial without words can only mean', async () => {
    answer = (_, response) => response.writeHead(403).end();
    const { message } = await told(bucket().head('images/left.jpg'));
    expect(message).toContain('S3 GetObject of "data/images/left.jpg" failed: AccessDenied (HTTP 403).');
    expect(message).toContain('lacks s3:GetObject, or kms:Decrypt on the key');
    expect(message).toContain('s3:ListBucket');
    expect((await told(bucket().put('a', Buffer.from('x')))).message).toContain(
      'lacks s3:PutObject, or kms:GenerateDataKey',
    );
  });

  it('by the policy that denies', async () => {
    const why = 'with an explicit deny in a resource-based policy';
    answer = inXml(403, 'AccessDenied', denied('s3:PutObject', '"arn:aws:s3:::data/left"', why));
    expect((await told(bucket().put('left', Buffer.from('x')))).message).toContain(
      `A policy denies s3:PutObject on arn:aws:s3:::data/left to the role worker (${why}).`,
    );
  });

  it('by the permission on the key that encrypts', async () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/k';
    answer = inXml(
      403,
      'AccessDenied',
      denied(
        'kms:GenerateDataKey',
        key,
        'because no identity-based policy allows the kms:GenerateDataKey action',
      ),
    );
    expect((await told(bucket().put('left', Buffer.from('x')))).message).toContain(
      `lacks kms:GenerateDataKey on ${key}`,
    );
  });

  it.each([
    [
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      /clock is off/,
      false,
    ],
    [400, 'ExpiredToken', 'The provided token has expired.', /credentials have expired/, true],
    [
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      /AWS_PROFILE/,
      false,
    ],
    [503, 'SlowDown', 'Please reduce your request rate.', /fewer requests/, true],
    [500, 'InternalError', 'We encountered an internal error.', /AWS itself failed/, true],
    [400, 'KMS.DisabledException', 'arn:aws:kms:eu-west-1:1:key/k is disabled.', /KMS key/, false],
    [400, 'KMS.ThrottlingException', 'Rate exceeded', /fewer requests/, true],
    [
      301,
      'PermanentRedirect',
      'The bucket must be addressed using another endpoint.',
      /another region/,
      false,
    ],
    [
      403,
      'InvalidObjectState',
      "The operation is not valid for the object's storage class",
      /archive/,
      false,
    ],
  ])('%i %s of S3 by what is lacking, read or HEAD', async (status, code, message, lacking, isPassing) => {
    answer = inXml(status, code, message);
    for (const call of [
      bucket().get('images/left.jpg'),
      ...(status === 301 || status >= 500 ? [] : [bucket().head('images/left.jpg', 'v1')]),
    ]) {
      const error = await told(call);
      expect(error.message).toMatch(lacking);
      expect(error.message).toContain(`${code} (HTTP ${status})`);
      expect(error.message).toContain('"data/images/left.jpg"');
      expect(error.isPassing).toBe(isPassing);
    }
  });

  it('by the bucket that is not there, and never as an object that is missing', async () => {
    answer = inXml(404, 'NoSuchBucket', 'The specified bucket does not exist');
    for (const call of [
      () => bucket().get('images/left.jpg'),
      () => bucket().head('images/left.jpg'),
      () => bucket().put('images/left.jpg', Buffer.from('x'), { ifLatest: 'v1' }),
      () => bucket().list('images/', { limit: 1 }),
      () => bucket().deleteVersion('images/left.jpg', 'v1'),
    ]) {
      expect((await told(call())).message).toContain('Check DATA_BUCKET');
    }
  });

  it('asks for the bucket once a process, and where it may not, takes an object as missing', async () => {
    const methods: string[] = [];
    answer = (method, response) => {
      methods.push(method);
      const status = methods.length === 1 || methods.length > 2 ? 404 : 200;
      response.writeHead(status).end();
    };
    const store = bucket();
    expect(await store.head('a')).toBeUndefined();
    expect(await store.head('b')).toBeUndefined();
    expect(methods).toEqual(['HEAD', 'HEAD', 'HEAD']);
  });

  it('by the action as policies write it, of SQS', async () => {
    const why = 'because no identity-based policy allows the sqs:sendmessage action';
    answer = (_, response) =>
      response
        .writeHead(403, {
          'x-amzn-query-error': 'AccessDenied;Sender',
          'content-type': 'application/x-amz-json-1.0',
        })
        .end(
          JSON.stringify({
            __type: 'com.amazonaws.sqs#AccessDeniedException',
            message: denied('sqs:sendmessage', 'arn:aws:sqs:eu-west-1:111122223333:intake', why),
          }),
        );
    const { message } = await told(queue().send([{ body: 'x' }]));
    expect(message).toContain('SQS SendMessageBatch of queue "intake" failed: AccessDenied (HTTP 403).');
    expect(message).toContain(
      'The role worker lacks sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:intake',
    );
  });

  it('by the setting that names what is not there', async () => {
    answer = inJson(400, 'ResourceNotFoundException', 'Requested resource not found');
    expect((await told(table().get(EXAM))).message).toMatch(
      /^DynamoDB GetItem of table "exams" failed: .*Check EXAM_TABLE/,
    );
    const bridge = new EventBridgeEvents(new EventBridgeClient({ ...settings, credentials }), 'bus');
    const event = {
      type: 'ExamScreened',
      id: 'e',
      at: '2026-05-01T00:00:00.000Z',
      exam: EXAM,
      outcome: 'refer',
    } as const;
    expect((await told(bridge.publish([event]))).message).toMatch(
      /^EventBridge PutEvents of bus "bus" .*EVENT_BUS_NAME/,
    );
    answer = inJson(404, 'NotFoundException', 'The specified vector bucket could not be found');
    const vectors = new S3VectorIndex(new S3VectorsClient({ ...settings, credentials }), 'vectors');
    const removed = vectors.remove('north', 'P1', ['2026-05-01']);
    expect((await told(removed)).message).toMatch(
      /^S3Vectors ListIndexes of vector bucket "vectors" .*VECTOR_BUCKET/,
    );
    answer = (_, response) =>
      response
        .writeHead(400)
        .end(
          '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id gone does not exist</Message></Error></ErrorResponse>',
        );
    const stacks = tellFaults(new CloudFormationClient({ ...settings, credentials }));
    const described = stacks.send(new DescribeStacksCommand({ StackName: 'gone' }));
    expect((await told(described)).message).toMatch(
      /^CloudFormation DescribeStacks of stack "gone" .*--stack/,
    );
  });

  it('by throttling of the table, which passes', async () => {
    answer = inJson(400, 'ProvisionedThroughputExceededException', 'Rate exceeded');
    expect(await told(table().get(EXAM))).toMatchObject({ isPassing: true });
  });

  it.each([
    'Signature expired: 20260501T080000Z is now earlier than',
    'Signature not yet current: 20260501T080000Z is still later than',
  ])('by the clock, which services but S3 tell in words only: %s', async (words) => {
    answer = inJson(400, 'InvalidSignatureException', `${words} 20260501T081500Z`);
    expect((await told(table().get(EXAM))).message).toMatch(
      /InvalidSignatureException \(HTTP 400\)\. This machine's clock/,
    );
    answer = inJson(400, 'InvalidSignatureException', 'The request signature we calculated does not match.');
    expect((await told(table().get(EXAM))).message).toContain('AWS_PROFILE');
  });

  it('by a network that leads nowhere, and by credentials or a region that are not set', async () => {
    const nowhere = { ...settings, endpoint: 'http://127.0.0.1:9', credentials };
    const { message } = await told(
      new SqsQueue(new SQSClient(nowhere), 'intake', `${nowhere.endpoint}/1/intake`).depth(),
    );
    expect(message).toMatch(/queue "intake" failed: ECONNREFUSED\. AWS cannot be reached.*AWS_REGION/);
    const nobody = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    const unsigned = new S3ObjectStore(new S3Client({ ...settings, credentials: nobody }), 'data');
    expect((await told(unsigned.get('a'))).message).toMatch(
      /CredentialsProviderError\. No credentials.*AWS_PROFILE/,
    );
    const region = async () => {
      throw new Error('Region is missing');
    };
    const unplaced = new S3ObjectStore(new S3Client({ credentials, region }), 'data');
    expect((await told(unplaced.get('a'))).message).toMatch(
      /RegionMissing\. The region is not set\. Set AWS_REGION/,
    );
  });

  it('in the words of AWS where nothing else is known of it', async () => {
    answer = inXml(400, 'SomethingNew', 'A fault of tomorrow.');
    expect((await told(bucket().get('a'))).message).toBe(
      'S3 GetObject of "data/a" failed: SomethingNew (HTTP 400). AWS: A fault of tomorrow. [request R1]',
    );
    answer = (_, response) => response.writeHead(400).end();
    expect((await told(bucket().head('a', 'v1'))).message).toContain(
      'BadRequest (HTTP 400). AWS gives no reason.',
    );
  });
});
