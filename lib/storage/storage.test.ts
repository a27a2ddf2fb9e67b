import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { nameOf, permissionsOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe('the data bucket', () => {
  it('keeps every version, encrypts with its own key and is closed to the public', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LoggingConfiguration: { LogFilePrefix: 'data/' },
    });
  });

  it('moves replaced versions to cheap storage and keeps them as long as the deployment says', () => {
    const { template: short } = synthesize({ replacedVersionDays: '400' });
    short.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({
            NoncurrentVersionExpiration: { NoncurrentDays: 400 },
            NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
          }),
        ]),
      },
    });
  });

  it('lets nothing grow that no listing shows: cut uploads, markers of deletion, what was answered or replaced', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
          Match.objectLike({
            Id: 'forget-markers-of-deletion',
            ExpiredObjectDeleteMarker: true,
            Status: 'Enabled',
          }),
          Match.objectLike({ Prefix: 'reconciliation/', NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
          Match.objectLike({ Prefix: 'requests/', ExpirationInDays: 2 }),
        ]),
      },
    });
  });

  it('announces photographs, and nothing else, to the queue of preparation', () => {
    const bucket = resourceOf(template, 'AWS::S3::Bucket', 'HomeStorageData');
    const queue = resourceOf(template, 'AWS::SQS::Queue', 'HomeMessagingPreparationQueue');
    const { QueueConfigurations } = bucket.properties.NotificationConfiguration as {
      QueueConfigurations: { Queue: { 'Fn::GetAtt': string[] } }[];
    };
    expect(QueueConfigurations.filter(({ Queue }) => Queue['Fn::GetAtt'][0] === queue.id)).toEqual([
      {
        Event: 's3:ObjectCreated:*',
        Queue: { 'Fn::GetAtt': [queue.id, 'Arn'] },
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'images/' }] } },
      },
    ]);
  });

  it('may send to that queue before it is told to', () => {
    const policy = resourceOf(template, 'AWS::SQS::QueuePolicy', 'HomeMessagingPreparationQueue');
    const bucket = template.toJSON().Resources[resourceOf(template, 'AWS::S3::Bucket', 'HomeStorageData').id];
    expect(bucket.DependsOn).toContain(policy.id);
    expect(statementsOf(policy.properties.PolicyDocument)).toContainEqual(
      expect.objectContaining({
        effect: 'Allow',
        actions: ['sqs:SendMessage'],
        principal: { Service: 's3.amazonaws.com' },
        condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('refuses plain HTTP, as the buckets of its access logs and of what is prepared do', () => {
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(3);
    for (const { properties } of policies) {
      expect(statementsOf(properties.PolicyDocument)).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          actions: ['s3:*'],
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });
});

describe('the bucket of what is prepared', () => {
  const bucket = resourceOf(template, 'AWS::S3::Bucket', 'HomeStoragePrepared');

  it('keeps one version for 30 days, and no part of an upload that was cut', () => {
    expect(bucket.properties.VersioningConfiguration).toBeUndefined();
    expect(bucket.properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'forget-prepared-images',
          Status: 'Enabled',
          ExpirationInDays: 30,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
  });

  it('is encrypted by the key of the photographs, closed to the public, and logs who reads it', () => {
    const { ServerSideEncryptionConfiguration } = bucket.properties.BucketEncryption as {
      ServerSideEncryptionConfiguration: {
        BucketKeyEnabled: boolean;
        ServerSideEncryptionByDefault: { SSEAlgorithm: string; KMSMasterKeyID: unknown };
      }[];
    };
    expect(ServerSideEncryptionConfiguration).toHaveLength(1);
    const [{ BucketKeyEnabled, ServerSideEncryptionByDefault } = {}] =
      ServerSideEncryptionConfiguration as Partial<(typeof ServerSideEncryptionConfiguration)[number]>[];
    expect(BucketKeyEnabled).toBe(true);
    expect(ServerSideEncryptionByDefault?.SSEAlgorithm).toBe('aws:kms');
    expect(nameOf(ServerSideEncryptionByDefault?.KMSMasterKeyID)).toBe('HomeStorageKey');
    expect(bucket.properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      LoggingConfiguration: { LogFilePrefix: 'prepared/' },
    });
  });

  it('announces nothing, and no backup has it', () => {
    expect(bucket.properties.NotificationConfiguration).toBeUndefined();
    const { properties } = resourceOf(template, 'AWS::Backup::BackupSelection', 'HomeStorageBackups');
    expect(JSON.stringify(properties)).not.toContain('Prepared');
  });
});

describe('the exam table', () => {
  it('is paid by request, recoverable to any second and protected', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
    });
  });

  it('has the keys and the index that the code reads', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        ['by-listing', 'listing', 'listedAt'],
        ['by-work-list', 'workList', 'dueAt'],
      ].map(([name, partition, sort]) =>
        Match.objectLike({
          IndexName: name,
          KeySchema: [
            { AttributeName: partition, KeyType: 'HASH' },
            { AttributeName: sort, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['facts'] },
        }),
      ),
    });
  });
});

describe('the backups of the exam table', () => {
  const plan = resourceOf(template, 'AWS::Backup::BackupPlan', 'HomeStorageBackups');

  it('are made every night and kept as long as point-in-time recovery reaches back', () => {
    expect(plan.properties.BackupPlan).toMatchObject({
      BackupPlanRule: [{ ScheduleExpression: 'cron(17 3 * * ? *)', Lifecycle: { DeleteAfterDays: 35 } }],
    });
  });

  it('cannot be removed before their time, and outlive the stack', () => {
    const vault = resourceOf(template, 'AWS::Backup::BackupVault', 'HomeStorageBackups');
    expect(statementsOf(vault.properties.AccessPolicy)).toEqual([
      expect.objectContaining({
        effect: 'Deny',
        actions: ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'],
      }),
    ]);
    expect(vault.deletionPolicy).toBe('Retain');
    expect(nameOf(vault.properties.EncryptionKeyArn)).toBe('HomeStorageKey');
  });

  it.each([
    ['governance', undefined],
    ['compliance', 3],
  ])(
    'are locked for as long as they are kept, and kept by hand for no longer, by %s',
    (backupLock, changeableForDays) => {
      const locked = synthesize({ backupLock }).template;
      const { properties } = resourceOf(locked, 'AWS::Backup::BackupVault', 'HomeStorageBackups');
      const { LockConfiguration } = properties as { LockConfiguration: Record<string, number> };
      expect(LockConfiguration).toMatchObject({ MinRetentionDays: 35, MaxRetentionDays: 36 });
      expect(LockConfiguration.ChangeableForDays).toBe(changeableForDays);
    },
  );

  it('lie in a vault that the next deployment of that name does not find taken', () => {
    const { properties } = resourceOf(template, 'AWS::Backup::BackupVault', 'HomeStorageBackups');
    // The last part of a stack's id is another one for each deployment.
    expect(properties.BackupVaultName).toEqual({
      'Fn::Join': ['-', ['exams', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
    });
  });

  it('are of this table and of nothing else', () => {
    const { properties } = resourceOf(template, 'AWS::Backup::BackupSelection', 'HomeStorageBackups');
    const { Resources } = properties.BackupSelection as { Resources: unknown[] };
    expect(Resources.map(nameOf)).toEqual(['HomeStorageExams']);
    expect(permissionsOf(template, 'HomeStorageBackupsRole')).toEqual([
      'backup:CopyIntoBackupVault on HomeStorageBackupsVault',
      'backup:DescribeBackupVault on HomeStorageBackupsVault',
      'dynamodb:CreateBackup on HomeStorageExams',
      'dynamodb:DeleteBackup on HomeStorageExams/backup/*',
      'dynamodb:DescribeBackup on HomeStorageExams/backup/*',
      'dynamodb:DescribeTable on HomeStorageExams',
      'dynamodb:ListTagsOfResource on HomeStorageExams',
      'dynamodb:StartAwsBackupJob on HomeStorageExams',
      'kms:CreateGrant on HomeStorageKey',
      'kms:Decrypt on HomeStorageKey',
      'kms:DescribeKey on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
    ]);
  });
});

describe('what must never be lost', () => {
  it.each([
    // That of what is prepared stays too: CloudFormation deletes no bucket that holds objects. It empties itself.
    ['AWS::S3::Bucket', 3],
    ['AWS::DynamoDB::Table', 1],
    ['AWS::Cognito::UserPool', 1],
  ])('survives the stack: %s', (type, count) => {
    const resources = resourcesOf(template, type);
    expect(resources).toHaveLength(count);
    for (const { deletionPolicy } of resources) expect(deletionPolicy).toBe('Retain');
  });

  it('keeps its key with it', () => {
    expect(resourceOf(template, 'AWS::KMS::Key', 'HomeStorageKey').deletionPolicy).toBe('Retain');
  });
});
