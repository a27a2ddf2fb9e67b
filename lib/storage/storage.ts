import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type CfnBucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { TABLE_SCHEMA } from '../../aws/table/schema.ts';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { FEATURES_PREFIX } from '../../core/keys/feature-shard-key.ts';
import { IMAGE_PREFIX } from '../../core/keys/image-key.ts';
import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import { RECONCILIATIONS_PREFIX } from '../../core/reconciliation/stored-record.ts';
import { acknowledge } from '../acknowledge.ts';
import { type BackupLock, Backups } from './backups.ts';
import { CLOSED_BUCKET } from './closed-bucket.ts';
import { PreparedBucket } from './prepared-bucket.ts';

/** Where runs of the training keep their checkpoints. */
export const TRAINING_RUNS_PREFIX = 'training/runs/';

export interface StorageProps {
  /** How long replaced and deleted versions are kept. */
  readonly replacedVersionsKept: Duration;
  /** Who may take off what keeps copies of the exam table from being removed. */
  readonly backupLock: BackupLock;
}

/**
 * What must never be lost: photographs, features, models and settings in a bucket, exams in a table. And a bucket of what
 * can be made again.
 */
export class Storage extends Construct {
  /** Encrypts the photographs and everything derived from them. */
  readonly key: Key;
  readonly bucket: Bucket;
  /** Pixels of photographs: what can be made again. */
  readonly prepared: PreparedBucket;
  readonly table: Table;
  readonly backups: Backups;
  readonly #announced: CfnBucket.QueueConfigurationProperty[] = [];

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Photographs, features and models of retclip-screening',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const accessLogs = this.#createAccessLogs();
    this.bucket = this.#createBucket(props.replacedVersionsKept, accessLogs);
    this.prepared = new PreparedBucket(this, 'Prepared', { key: this.key, accessLogs });
    this.table = this.#createTable();
    this.backups = new Backups(this, 'Backups', { table: this.table, key: this.key, lock: props.backupLock });
  }

  #createAccessLogs(): Bucket {
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...CLOSED_BUCKET,
      encryption: BucketEncryption.S3_MANAGED,
      // What somebody deletes to cover a trace stays for a month more.
      versioned: true,
      lifecycleRules: [
        {
          id: 'forget-old-logs',
          expiration: Duration.days(400),
          noncurrentVersionExpiration: Duration.days(30),
        },
        { id: 'forget-markers-of-deletion', expiredObjectDeleteMarker: true },
      ],
    });
    acknowledge(accessLogs, {
      CKV_AWS_18: 'This bucket receives the access logs; logging its own access would feed itself.',
      'AwsSolutions-S1': 'This bucket receives the access logs; logging its own access would feed itself.',
      'HIPAA.Security-S3DefaultEncryptionKMS':
        'S3 delivers access logs to buckets that it encrypts with its own keys, and to no others.',
      'HIPAA.Security-S3BucketReplicationEnabled':
        'Logs of access are kept by S3 in three zones; the photographs whose access they tell of stay in the region, too.',
    });
    return accessLogs;
  }

  #createBucket(replacedVersionsKept: Duration, accessLogs: Bucket): Bucket {
    const data = new Bucket(this, 'Data', {
      ...CLOSED_BUCKET,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'data/',
      lifecycleRules: [
        {
          id: 'keep-replaced-versions-cheaply',
          noncurrentVersionTransitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
          noncurrentVersionExpiration: replacedVersionsKept,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        // A marker that hides nothing any more is shown by no listing, and would stay for ever.
        { id: 'forget-markers-of-deletion', expiredObjectDeleteMarker: true },
        {
          id: 'forget-replaced-reconciliations',
          prefix: RECONCILIATIONS_PREFIX,
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'forget-answered-requests',
          prefix: REQUESTS_PREFIX,
          expiration: Duration.days(2),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          // Longer than a message waits. A worker removes what it wrote once the exam is answered.
          id: 'forget-attempts',
          prefix: ATTEMPTS_PREFIX,
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          // A run replaces its checkpoint every few minutes.
          id: 'forget-replaced-checkpoints',
          prefix: TRAINING_RUNS_PREFIX,
          noncurrentVersionExpiration: Duration.days(1),
        },
        ...[IMAGE_PREFIX, FEATURES_PREFIX].map((prefix) => ({
          id: `tier-${prefix.replace('/', '')}`,
          prefix,
          transitions: [
            { storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) },
          ],
        })),
      ],
    });
    acknowledge(data, {
      'HIPAA.Security-S3BucketReplicationEnabled':
        'S3 replicates no removal of a version: an erased patient would live on in the replica, perhaps in another country.',
    });
    return data;
  }

  #createTable(): Table {
    const { partitionKey, sortKey, timeToLive, indexes } = TABLE_SCHEMA;
    const table = new Table(this, 'Exams', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      // Tombstones of erased patients.
      timeToLiveAttribute: timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(table, {
      CKV_AWS_119:
        "DynamoDB's key in KMS encrypts it: docs/decisions/0022-key-of-the-table.md says what a key of the account's would give and cost.",
    });
    for (const index of Object.values(indexes)) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        sortKey: { name: index.sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...index.projected],
      });
    }
    return table;
  }

  /** Announces each new photograph to a queue. */
  announceImages(queue: IQueue): void {
    this.announce([IMAGE_PREFIX], queue);
  }

  /** Announces each new object whose key begins so to a queue. A prefix has one queue. */
  announce(prefixes: readonly string[], queue: IQueue): void {
    const permission = queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AnnounceObjects',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        // Not the bucket's name: bucket and policy would wait for each other.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    for (const value of prefixes) {
      this.#announced.push({
        event: 's3:ObjectCreated:*',
        queue: queue.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value }] } },
      });
    }
    bucket.notificationConfiguration = { queueConfigurations: [...this.#announced] };
    // S3 tests the permission when the notification is set.
    if (permission.policyDependable !== undefined)
      this.bucket.node.addDependency(permission.policyDependable);
  }
}
