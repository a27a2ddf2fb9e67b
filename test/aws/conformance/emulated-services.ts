import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EVENT_SOURCE, EventBridgeEvents } from '../../../aws/events/eventbridge-events.ts';
import { S3ObjectStore } from '../../../aws/objects/s3-object-store.ts';
import { S3PreparedStore } from '../../../aws/preparation/s3-prepared-store.ts';
import { SqsQueue } from '../../../aws/queue/sqs-queue.ts';
import { DynamoExamTable } from '../../../aws/table/dynamo-exam-table.ts';
import type { QueueSettings } from '../../../core/messages/queues.ts';
import type { DomainEvent } from '../../../core/ports/index.ts';
import { PseudonymHash } from '../../../core/pseudonyms/pseudonym-hash.ts';
import type { EventsSubject } from '../../conformance/events.ts';
import type { ExamTableSubject } from '../../conformance/exam-table.ts';
import type { PreparedStoreSubject } from '../../conformance/prepared-store.ts';
import { type QueueSubject, receiveAll } from '../../conformance/work-queue/index.ts';
import { createTable, KeptKey } from '../../emulators/dynamo-emulator.ts';
import { BUCKET, type BucketEmulator } from '../../emulators/object-emulators.ts';
import { REGION } from '../emulator/ministack.ts';

/** The ports' implementations of AWS on one running emulator. */
export class EmulatedServices {
  readonly #settings;
  readonly #sqs: SQSClient;
  #opened = 0;

  constructor(endpoint: string) {
    this.#settings = {
      endpoint,
      region: REGION,
      // The emulator's own account, whose presigned URLs it verifies; they are not secret.
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    this.#sqs = new SQSClient(this.#settings);
  }

  /** The bucket of the probes and the tests, versioned as the stack makes it. */
  async openBucket(): Promise<BucketEmulator> {
    const client = new S3Client({
      ...this.#settings,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    return {
      client,
      endpoint: this.#settings.endpoint,
      objects: new S3ObjectStore(client, BUCKET),
      close: async () => client.destroy(),
    };
  }

  /** A bucket without versions, as the stack makes it of what is prepared. */
  async openPrepared(): Promise<PreparedStoreSubject> {
    const client = new S3Client({ ...this.#settings, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'prepared' }));
    return { prepared: new S3PreparedStore(client, 'prepared'), close: async () => client.destroy() };
  }

  /** An empty queue with its dead-letter queue; its clock is the real one. */
  async openQueue(settings: QueueSettings): Promise<QueueSubject> {
    this.#opened += 1;
    const name = `queue-${this.#opened}`;
    const deadLetters = await this.#createQueue(`${name}-dead-letters`, {});
    const queue = await this.#createQueue(name, {
      VisibilityTimeout: String(settings.visibilitySeconds),
      MessageRetentionPeriod: String(settings.retentionSeconds),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: settings.maxReceiveCount,
      }),
    });
    return {
      queue: new SqsQueue(this.#sqs, name, queue.url),
      deadLetters: new SqsQueue(this.#sqs, `${name}-dead-letters`, deadLetters.url),
      advance: (milliseconds) => delay(milliseconds),
      close: async () => undefined,
    };
  }

  /** An empty table of the stack's schema. */
  async openTable(): Promise<ExamTableSubject> {
    const client = new DynamoDBClient(this.#settings);
    this.#opened += 1;
    const table = `exams-${this.#opened}`;
    await createTable(client, table);
    const key = new PseudonymHash(new KeptKey());
    return {
      exams: new DynamoExamTable(DynamoDBDocumentClient.from(client), table, key),
      close: async () => client.destroy(),
    };
  }

  /** A bus, whose events a queue receives by a rule of the stack's form. */
  async openEvents(): Promise<EventsSubject> {
    const client = new EventBridgeClient(this.#settings);
    const bus = 'conformance';
    await client.send(new CreateEventBusCommand({ Name: bus }));
    const { url, arn } = await this.#createQueue('events', {});
    await this.#sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: url,
        Attributes: {
          Policy: JSON.stringify({
            Statement: {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arn,
            },
          }),
        },
      }),
    );
    const EventPattern = JSON.stringify({ source: [EVENT_SOURCE] });
    await client.send(new PutRuleCommand({ Name: 'all', EventBusName: bus, EventPattern }));
    await client.send(
      new PutTargetsCommand({ Rule: 'all', EventBusName: bus, Targets: [{ Id: 'queue', Arn: arn }] }),
    );
    const queue = new SqsQueue(this.#sqs, 'events', url);
    const received: DomainEvent[] = [];
    return {
      events: new EventBridgeEvents(client, bus),
      received: async () => {
        const messages = await receiveAll(queue);
        received.push(...messages.map(({ body }) => (JSON.parse(body) as { detail: DomainEvent }).detail));
        return received;
      },
      close: async () => client.destroy(),
    };
  }

  close(): void {
    this.#sqs.destroy();
  }

  async #createQueue(QueueName: string, Attributes: Record<string, string>) {
    const { QueueUrl: url = '' } = await this.#sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    const answer = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    return { url, arn: answer.Attributes?.QueueArn ?? '' };
  }
}
