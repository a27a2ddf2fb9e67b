import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readAwsEnvironment } from '../../../aws/environment.ts';
import { type AwsClients, homeOn } from '../../../aws/home.ts';
import { IMAGE_PREFIX } from '../../../core/keys/image-key.ts';
import { QUEUE_NAMES, QUEUE_SETTINGS, type QueueName, variableOf } from '../../../core/messages/queues.ts';
import type { Home } from '../../../core/ports/index.ts';
import { clientSettings } from '../../emulators/client-settings.ts';
import { createTable } from '../../emulators/dynamo-emulator.ts';

/** The one bucket of vectors that all homes of an emulator share. */
export const VECTOR_BUCKET = 'retclip-vectors';

/** A home of the ports on AWS, on resources of its own within a running emulator. */
export interface EmulatedHome {
  readonly home: Home;
  readonly clients: AwsClients;
  readonly table: string;
  close(): Promise<void>;
}

async function queueArn(sqs: SQSClient, url: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}

async function createQueues(sqs: SQSClient, prefix: string, visibilitySeconds: number) {
  const urls = new Map<string, string>();
  for (const name of QUEUE_NAMES) {
    const { maxReceiveCount } = QUEUE_SETTINGS[name];
    const create = async (QueueName: string, Attributes: Record<string, string>) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
    const dead = await create(`${prefix}-${name}-dead-letters`, {});
    const deadLetterTargetArn = await queueArn(sqs, dead);
    const url = await create(`${prefix}-${name}`, {
      VisibilityTimeout: String(visibilitySeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    });
    urls.set(name, url).set(`${name}-dead-letters`, dead);
  }
  return (name: QueueName | `${QueueName}-dead-letters`) => urls.get(name) ?? '';
}

async function createBucket(s3: S3Client, Bucket: string, QueueArn: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: IMAGE_PREFIX }] } },
          },
        ],
      },
    }),
  );
}

/**
 * Makes an empty home: a versioned bucket that announces images to preparation, one for what is prepared, the exam table, the queues and the bus.
 *
 * @param prefix of every name: homes of one emulator do not meet
 * @param visibilitySeconds of every queue; an emulator's clock is the real one
 * @param vectors where S3 Vectors are answered, which the emulator lacks
 */
export async function openEmulatedHome(
  endpoint: string,
  prefix: string,
  visibilitySeconds: number,
  vectors: string,
): Promise<EmulatedHome> {
  const settings = { ...clientSettings(endpoint), maxAttempts: 3 };
  const checksums = {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  const clients: AwsClients = {
    s3: new S3Client({ ...settings, ...checksums, forcePathStyle: true }),
    sqs: new SQSClient(settings),
    dynamo: new DynamoDBClient(settings),
    eventBridge: new EventBridgeClient(settings),
    s3Vectors: new S3VectorsClient({ ...settings, endpoint: vectors }),
  };
  const urlOf = await createQueues(clients.sqs, prefix, visibilitySeconds);
  const bucket = `${prefix}-data`;
  const table = `${prefix}-exams`;
  await createBucket(clients.s3, bucket, await queueArn(clients.sqs, urlOf('preparation')));
  await clients.s3.send(new CreateBucketCommand({ Bucket: `${prefix}-prepared` }));
  await createTable(clients.dynamo, table);
  await clients.eventBridge.send(new CreateEventBusCommand({ Name: prefix }));
  const urls = QUEUE_NAMES.map((name) => ({
    [`${variableOf(name)}_QUEUE_URL`]: urlOf(name),
    [`${variableOf(name)}_DEAD_LETTERS_URL`]: urlOf(`${name}-dead-letters`),
  }));
  const environment = readAwsEnvironment({
    ...Object.assign({}, ...urls),
    DATA_BUCKET: bucket,
    PREPARED_BUCKET: `${prefix}-prepared`,
    EXAM_TABLE: table,
    EVENT_BUS_NAME: prefix,
    VECTOR_BUCKET,
  });
  const home = homeOn(clients, environment);
  return { home, clients, table, close: () => home.close() };
}
