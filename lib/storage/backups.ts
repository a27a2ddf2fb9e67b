import { Aws, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { CfnTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

export interface BackupsProps {
  readonly table: Table;
  readonly key: Key;
  /** Who may take the vault's lock off: people with that very right, or, three days after the deployment, no one at all. */
  readonly lock: BackupLock;
}

export const BACKUP_LOCKS = ['governance', 'compliance'] as const;
export type BackupLock = (typeof BACKUP_LOCKS)[number];

/** The least that AWS Backup takes. Until then a lock of compliance may be taken off. */
const CHANGEABLE_FOR = Duration.days(3);

/** As far back as point-in-time recovery reaches: an erased patient is gone from both after that. */
const KEPT = Duration.days(35);

/**
 * A copy of the exam table every night, in a vault from which none can be taken before its time. Point-in-time
 * recovery knows each second, but ends with the table; the vault does not.
 */
export class Backups extends Construct {
  readonly vault: BackupVault;

  constructor(scope: Construct, id: string, { table, key, lock }: BackupsProps) {
    super(scope, id);
    this.vault = new BackupVault(this, 'Vault', {
      // A vault outlives its stack: under a name that follows from the stack's, the next deployment would find it taken.
      backupVaultName: Fn.join('-', ['exams', Fn.select(2, Fn.split('/', Aws.STACK_ID))]),
      encryptionKey: key,
      blockRecoveryPointDeletion: true,
      // The policy can be changed by whoever may change policies; the lock by fewer, or by no one.
      lockConfiguration: {
        minRetention: KEPT,
        // An erased patient must be gone from every copy soon after that; CDK wants a longer time than the least.
        maxRetention: KEPT.plus(Duration.days(1)),
        ...(lock === 'compliance' ? { changeableFor: CHANGEABLE_FOR } : {}),
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plan = new BackupPlan(this, 'Plan', {
      backupVault: this.vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'nightly',
          scheduleExpression: Schedule.cron({ hour: '3', minute: '17' }),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(8),
          deleteAfter: KEPT,
        }),
      ],
    });
    plan.addSelection('ExamTable', {
      resources: [BackupResource.fromDynamoDbTable(table)],
      role: this.#createRole(table, key),
      // It would let AWS Backup read every table, volume and bucket of the account.
      disableDefaultBackupPolicy: true,
    });
  }

  /**
   * What of AWSBackupServiceRolePolicyForBackup a DynamoDB table needs, for this one table.
   *
   * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
   */
  #createRole(table: Table, key: Key): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    for (const statement of [
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeTable',
          'dynamodb:CreateBackup',
          'dynamodb:StartAwsBackupJob',
          'dynamodb:ListTagsOfResource',
        ],
        resources: [table.tableArn],
      }),
      new PolicyStatement({
        actions: ['dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'],
        resources: [`${table.tableArn}/backup/*`],
      }),
      new PolicyStatement({
        actions: ['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'],
        resources: [this.vault.backupVaultArn],
      }),
      new PolicyStatement({
        actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
      }),
      new PolicyStatement({
        actions: ['kms:CreateGrant'],
        resources: [key.keyArn],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    ]) {
      role.addToPolicy(statement);
    }
    const tableId = Stack.of(this).getLogicalId(table.node.defaultChild as CfnTable);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${tableId}.Arn>/backup/*]`]:
        'The copies of one table: they are made later, each with a name of its own.',
    });
    return role;
  }
}
