import { describe, expect, it } from 'vitest';
import { OBJECT_PREFIXES, type ObjectPrefix } from '../home/access.ts';
import { ERASING_ACCESS } from '../home/erasing-access.ts';
import { nameOf, permissionsOf, resourceOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();
const QUEUES = [
  'BulkPreparation',
  'Indexing',
  'Intake',
  'Preparation',
  'Results',
  'LiveScreening',
  'Screening',
  'Webhooks',
];

describe('reconciliation', () => {
  it('is called each hour, and not again within it', () => {
    const { properties } = resourceOf(template, 'AWS::Scheduler::Schedule', 'ReconciliationHourly');
    expect(properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    expect(nameOf((properties.Target as { Arn: unknown }).Arn)).toBe('ReconciliationFunction');
    const { properties: code } = resourceOf(template, 'AWS::Lambda::Function', 'ReconciliationFunction');
    expect(code.Timeout).toBe(900);
  });

  it('is called by a role that may do nothing else', () => {
    expect(permissionsOf(template, 'ReconciliationSchedulerRole')).toEqual([
      'lambda:InvokeFunction on ReconciliationFunction',
    ]);
    const { properties } = resourceOf(template, 'AWS::IAM::Role', 'ReconciliationSchedulerRole');
    expect(statementsOf(properties.AssumeRolePolicyDocument)).toMatchObject([
      { condition: { StringEquals: { 'aws:SourceAccount': expect.anything() } } },
    ]);
  });

  it('reads what it compares, sends to preparation, intake and the index, and removes what can be made again or is to be erased', () => {
    const permissions = permissionsOf(template, 'ReconciliationFunctionRole').filter(
      (line) => !/^(logs|xray|kms):/.test(line),
    );
    const on = (action: string, prefixes: Iterable<string>) =>
      [...new Set(prefixes)].map((prefix) => `s3:${action} on HomeStorageData/${prefix}*`);
    const prefixes = (names: readonly ObjectPrefix[]) => names.map((name) => OBJECT_PREFIXES[name]);
    const { readObjects, writeObjects, eraseObjects } = ERASING_ACCESS;
    const own = ['reconciliation', 'programRegister'] as const;
    const read = prefixes([...readObjects, ...own, 'formerResults', 'jobRecords']);
    expect([...new Set(permissions)].toSorted()).toEqual(
      [
        ...['BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query'].map(
          (action) => `dynamodb:${action} on HomeStorageExams`,
        ),
        'dynamodb:Query on HomeStorageExams/index/by-listing',
        'dynamodb:Query on HomeStorageExams/index/by-work-list',
        ...on('DeleteObjectVersion', prefixes([...eraseObjects, 'reconciliation', 'formerResults'])),
        ...on('GetObject', read),
        ...on('GetObjectVersion', read),
        ...on('PutObject', prefixes([...writeObjects, ...own, 'formerResults'])),
        's3:DeleteObject on HomeStoragePrepared/prepared/*',
        's3:ListBucket on HomeStorageData',
        's3:ListBucket on HomeStoragePrepared',
        's3:ListBucketVersions on HomeStorageData',
        ...['DeleteVectors', 'GetVectors', 'ListVectors'].map(
          (action) => `s3vectors:${action} on HomeVectorsBucket/index/*`,
        ),
        's3vectors:ListIndexes on HomeVectorsBucket',
        ...QUEUES.flatMap((queue) => [
          `sqs:ChangeMessageVisibility on HomeMessaging${queue}DeadLetters`,
          `sqs:GetQueueAttributes on HomeMessaging${queue}DeadLetters`,
          `sqs:GetQueueAttributes on HomeMessaging${queue}Queue`,
          `sqs:ReceiveMessage on HomeMessaging${queue}DeadLetters`,
        ]),
        'sqs:SendMessage on HomeMessagingIndexingQueue',
        'sqs:SendMessage on HomeMessagingIntakeQueue',
        'sqs:SendMessage on HomeMessagingPreparationQueue',
      ].toSorted(),
    );
  });
});
