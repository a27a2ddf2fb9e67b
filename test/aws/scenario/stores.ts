import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { S3ObjectStore } from '../../../aws/objects/s3-object-store.ts';
import { S3PreparedStore } from '../../../aws/preparation/s3-prepared-store.ts';
import { DynamoExamTable } from '../../../aws/table/dynamo-exam-table.ts';
import { ObjectFeatureStore } from '../../../core/features/object-feature-store.ts';
import { PseudonymHash } from '../../../core/pseudonyms/pseudonym-hash.ts';
import type { EmulatedAccount } from '../account/emulated-account.ts';
import { SENDER_KEY } from '../account/principals.ts';
import { ACCOUNT, REGION } from '../emulator/ministack.ts';

/** A version of an object, or a delete marker. */
export interface KeptVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
}

/** The stores of the account, as its administrator sees them: behind the roles' permissions. */
export class Stores {
  readonly #account: EmulatedAccount;
  readonly #s3: S3Client;
  readonly #dynamo: DynamoDBClient;
  readonly #sqs: SQSClient;
  readonly #bucket: string;
  readonly #preparedBucket: string;
  readonly objects: S3ObjectStore;
  readonly features: ObjectFeatureStore;
  readonly exams: DynamoExamTable;
  readonly prepared: S3PreparedStore;

  constructor(account: EmulatedAccount) {
    this.#account = account;
    this.#bucket = account.stack.outputs.DataBucket ?? '';
    this.#preparedBucket = account.stack.outputs.PreparedBucket ?? '';
    const settings = {
      endpoint: account.emulator.endpoint,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'administrator' },
    };
    this.#s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.#dynamo = new DynamoDBClient(settings);
    this.#sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
    this.objects = new S3ObjectStore(this.#s3, this.#bucket);
    this.features = new ObjectFeatureStore(this.objects);
    this.prepared = new S3PreparedStore(this.#s3, this.#preparedBucket);
    this.exams = new DynamoExamTable(
      DynamoDBDocumentClient.from(this.#dynamo),
      account.stack.outputs.ExamTable ?? '',
      new PseudonymHash(this.objects),
    );
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: content }));
  }

  async get(key: string, versionId?: string): Promise<Buffer> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: versionId });
    const { Body } = await this.#s3.send(command);
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** Every version that the bucket keeps. */
  async versions(prefix = ''): Promise<readonly KeptVersion[]> {
    const kept: KeptVersion[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectVersionsCommand({
          Bucket: this.#bucket,
          Prefix: prefix,
          KeyMarker,
          VersionIdMarker,
        }),
      );
      for (const [entries, isDeleteMarker] of [
        [page.Versions ?? [], false],
        [page.DeleteMarkers ?? [], true],
      ] as const) {
        for (const { Key = '', VersionId = '' } of entries)
          kept.push({ key: Key, versionId: VersionId, isDeleteMarker });
      }
      KeyMarker = page.IsTruncated === true ? page.NextKeyMarker : undefined;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
    return kept;
  }

  /** Keys of all that is prepared. */
  async preparedKeys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#preparedBucket },
    )) {
      keys.push(...Contents.map(({ Key = '' }) => Key));
    }
    return keys;
  }

  /** Every item of the exam table, as JSON. */
  async items(): Promise<readonly string[]> {
    const TableName = this.#account.stack.outputs.ExamTable;
    const { Items = [] } = await this.#dynamo.send(new ScanCommand({ TableName }));
    return Items.map((item) => JSON.stringify(item));
  }

  /** How many messages a queue of the stack holds: waiting, on loan, and delayed. */
  async depth(output: string): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#account.stack.outputs[output],
        AttributeNames: ['All'],
      }),
    );
    const {
      ApproximateNumberOfMessages: waiting = 0,
      ApproximateNumberOfMessagesNotVisible: lent = 0,
      ApproximateNumberOfMessagesDelayed: delayed = 0,
    } = Attributes;
    return Number(waiting) + Number(lent) + Number(delayed);
  }

  /** Bodies and attributes of what lies in a dead-letter queue, which stays there. */
  async look(output: string): Promise<readonly string[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#account.stack.outputs[output],
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map(({ Body, MessageAttributes }) => JSON.stringify({ Body, MessageAttributes }));
  }

  close(): void {
    for (const client of [this.#s3, this.#dynamo, this.#sqs]) client.destroy();
  }
}

/** The bucket as a hospital's system sees it, that puts photographs straight into it: with its own permissions. */
export function senderStore(account: EmulatedAccount): S3ObjectStore {
  const client = new S3Client({
    endpoint: account.endpoint,
    region: REGION,
    credentials: { accessKeyId: SENDER_KEY, secretAccessKey: 'of-the-sender' },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return new S3ObjectStore(client, account.stack.outputs.DataBucket ?? '');
}
