import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { TABLE_SCHEMA } from '../../aws/table/schema.ts';
import { ACTIVE_PREFIX, MODELS_PREFIX } from '../../core/activation/active-model.ts';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { AUDIT_PREFIX, FORMER_AUDIT_PREFIX } from '../../core/audit/audit-trail.ts';
import { ERASURES_PREFIX } from '../../core/erasures/erasure-record.ts';
import { FEATURE_ROWS_PREFIX } from '../../core/features/feature-rows.ts';
import { CONTENTS_PREFIX } from '../../core/identity/content-register.ts';
import { MOVES_PREFIX } from '../../core/identity/moved-from.ts';
import {
  JOB_MANIFESTS_PREFIX,
  JOB_RECORDS_PREFIX,
  JOB_REPORTS_PREFIX,
  JOB_SCHEDULES_PREFIX,
  JOBS_PREFIX,
} from '../../core/jobs/job-keys.ts';
import { FEATURES_PREFIX } from '../../core/keys/feature-shard-key.ts';
import { HEADS_PREFIX } from '../../core/keys/head-key.ts';
import { IMAGE_PREFIX } from '../../core/keys/image-key.ts';
import { PROGRAMS_PREFIX } from '../../core/keys/programs-prefix.ts';
import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import { formerReceiptsPrefix } from '../../core/patients/erasure-receipt.ts';
import { REGISTER_PREFIX } from '../../core/programs/program-register.ts';
import { PSEUDONYMS_PREFIX } from '../../core/pseudonyms/pseudonym-hash.ts';
import { RECONCILIATIONS_PREFIX } from '../../core/reconciliation/stored-record.ts';
import { FORMER_RESULTS_PREFIX } from '../../core/records/former-results.ts';
import { KEPT_RECORDS_PREFIX } from '../../core/records/kept-record.ts';
import { COUNTS_PREFIX } from '../../core/summary/counted-exams.ts';
import { acknowledge } from '../acknowledge.ts';
import { TRAINING_RUNS_PREFIX } from '../storage/storage.ts';
import type { CloudHome } from './cloud-home.ts';
import { acknowledgePrepared, type PreparedAccess, preparedStatements } from './prepared-access.ts';

/** Parts of the bucket, by the prefix of their keys. */
export const OBJECT_PREFIXES = {
  images: IMAGE_PREFIX,
  features: FEATURES_PREFIX,
  models: MODELS_PREFIX,
  /** What is active, and what was before. */
  activeModel: ACTIVE_PREFIX,
  programs: PROGRAMS_PREFIX,
  /** Which programs there are. */
  programRegister: REGISTER_PREFIX,
  heads: HEADS_PREFIX,
  /** What befell screening requests so far. */
  attempts: ATTEMPTS_PREFIX,
  /** All that is of jobs: one name in a policy instead of five, whose size has a bound. */
  everythingOfJobs: 'job',
  jobs: JOBS_PREFIX,
  jobRecords: JOB_RECORDS_PREFIX,
  jobReports: JOB_REPORTS_PREFIX,
  jobSchedules: JOB_SCHEDULES_PREFIX,
  jobManifests: JOB_MANIFESTS_PREFIX,
  audit: AUDIT_PREFIX,
  /** What former releases wrote of it, with pseudonyms. */
  formerAudit: FORMER_AUDIT_PREFIX,
  requests: REQUESTS_PREFIX,
  counts: COUNTS_PREFIX,
  formerResults: FORMER_RESULTS_PREFIX,
  /** Records that hold what people have said of their exams. */
  keptRecords: KEPT_RECORDS_PREFIX,
  /** Whose images have which content. */
  contents: CONTENTS_PREFIX,
  /** What the reconciler has found, and where it stands. */
  reconciliation: RECONCILIATIONS_PREFIX,
  /** Whose rows the shards of features hold. */
  featureRows: FEATURE_ROWS_PREFIX,
  /** Images that are being moved. */
  moves: MOVES_PREFIX,
  /** The key by which patients are hashed. */
  pseudonyms: PSEUDONYMS_PREFIX,
  /** Erasures that are not over. */
  erasures: ERASURES_PREFIX,
  /** Receipts of erasures by former releases, of every program. */
  formerReceipts: formerReceiptsPrefix('*'),
  trainingData: 'training/data/',
  trainingRuns: TRAINING_RUNS_PREFIX,
} as const;
export type ObjectPrefix = keyof typeof OBJECT_PREFIXES;

/** What a role's code does with its home, and so all that the role may do. */
export interface HomeAccess {
  readonly readObjects?: readonly ObjectPrefix[];
  readonly writeObjects?: readonly ObjectPrefix[];
  /** Hides objects behind delete markers. */
  readonly deleteObjects?: readonly ObjectPrefix[];
  /** Removes every version for good. */
  readonly eraseObjects?: readonly ObjectPrefix[];
  /**
   * `list` also reads by index; `write` does not; `begin` also begins exams, and so checks tombstones; `edit` does all of
   * it, and removes.
   */
  readonly exams?: 'read' | 'list' | 'write' | 'begin' | 'edit';
  readonly sendTo?: readonly QueueName[];
  readonly buryIn?: readonly QueueName[];
  readonly receiveFrom?: readonly QueueName[];
  /** Looks into the dead letters of these queues and sends them again. */
  readonly redrive?: readonly QueueName[];
  /** Looks into the dead letters of these queues and leaves them. */
  readonly lookInto?: readonly QueueName[];
  /** Asks how much waits in these queues. */
  readonly measure?: readonly QueueName[];
  readonly publishEvents?: boolean;
  /** What was prepared of photographs. `make` also removes what is no longer wanted; `remove` does that alone. */
  readonly prepared?: PreparedAccess;
  /** `write` also makes indexes, and takes exams out of them. `remove` does the latter alone, `sweep` also lists them. */
  readonly vectors?: 'read' | 'write' | 'remove' | 'sweep';
}

const TABLE_ACTIONS = {
  read: ['dynamodb:GetItem'],
  list: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  write: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  begin: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
  edit: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
  ],
} as const;

const VECTOR_ACTIONS = {
  // S3 Vectors asks for GetVectors where a query is filtered or answers with metadata.
  read: ['s3vectors:QueryVectors', 's3vectors:GetVectors'],
  remove: ['s3vectors:DeleteVectors'],
  sweep: ['s3vectors:DeleteVectors', 's3vectors:ListVectors', 's3vectors:GetVectors'],
  write: ['s3vectors:PutVectors', 's3vectors:DeleteVectors', 's3vectors:CreateIndex'],
} as const;

/** A change of an exam keeps the result that it drops; a removal removes those as well. */
function withFormerResults(access: HomeAccess): HomeAccess {
  const { exams, readObjects = [], writeObjects = [], eraseObjects } = access;
  if (exams !== 'write' && exams !== 'begin' && exams !== 'edit') return access;
  const more = {
    readObjects: [...readObjects, 'formerResults' as const],
    writeObjects: [...writeObjects, 'formerResults' as const],
  };
  return eraseObjects === undefined
    ? { ...access, ...more }
    : { ...access, ...more, eraseObjects: [...eraseObjects, 'formerResults'] };
}

/**
 * Lets a role do what its code does with its home, and no more: actions by name, resources by ARN.
 *
 * @example grantAccess(role, home, { readObjects: ['programs'], exams: 'write', publishEvents: true });
 */
export function grantAccess(role: IRole, home: CloudHome, asked: HomeAccess): void {
  const access = withFormerResults(asked);
  const statements = [
    ...objectStatements(home, access),
    ...tableStatements(home, access),
    ...messagingStatements(home, access),
    ...vectorStatements(home, access),
    ...preparedStatements(home, access.prepared),
  ];
  for (const statement of statements) role.addToPrincipalPolicy(statement);

  const { bucket } = home.storage;
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  if (access.vectors !== undefined) {
    const vectorsId = Stack.of(home.vectors).getLogicalId(home.vectors.bucket);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${vectorsId}.VectorBucketArn>/index/*]`]:
        'The indexes of one vector bucket: programs and models are not known beforehand.',
    });
  }
  if (access.prepared !== undefined) acknowledgePrepared(role, home, access.prepared);
  for (const prefix of prefixesOf(access)) {
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${OBJECT_PREFIXES[prefix]}*]`]:
        'The objects under one prefix: their keys are not known beforehand.',
    });
  }
}

function prefixesOf(access: HomeAccess): Set<ObjectPrefix> {
  const { readObjects = [], writeObjects = [], deleteObjects = [], eraseObjects = [] } = access;
  return new Set([...readObjects, ...writeObjects, ...deleteObjects, ...eraseObjects]);
}

function objectStatements(home: CloudHome, access: HomeAccess): PolicyStatement[] {
  const { bucket, key } = home.storage;
  const { readObjects = [], writeObjects = [], deleteObjects = [], eraseObjects = [] } = access;
  const arns = (prefixes: readonly ObjectPrefix[]) =>
    prefixes.map((prefix) => bucket.arnForObjects(`${OBJECT_PREFIXES[prefix]}*`));
  const statements: PolicyStatement[] = [];
  if (readObjects.length > 0) {
    statements.push(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: arns(readObjects) }),
      // Without it S3 answers 403 instead of 404 for an object that is not there.
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
    );
  }
  if (writeObjects.length > 0)
    statements.push(new PolicyStatement({ actions: ['s3:PutObject'], resources: arns(writeObjects) }));
  if (deleteObjects.length > 0)
    statements.push(new PolicyStatement({ actions: ['s3:DeleteObject'], resources: arns(deleteObjects) }));
  if (eraseObjects.length > 0) {
    statements.push(
      new PolicyStatement({ actions: ['s3:DeleteObjectVersion'], resources: arns(eraseObjects) }),
      new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [bucket.bucketArn] }),
    );
  }
  if (statements.length > 0) {
    const actions = writeObjects.length > 0 ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
    statements.push(new PolicyStatement({ actions, resources: [key.keyArn] }));
  }
  return statements;
}

function tableStatements(home: CloudHome, access: HomeAccess): PolicyStatement[] {
  const { table } = home.storage;
  if (access.exams === undefined) return [];
  const indexes = Object.values(TABLE_SCHEMA.indexes).map(({ name }) => `${table.tableArn}/index/${name}`);
  const statements = [
    new PolicyStatement({ actions: [...TABLE_ACTIONS[access.exams]], resources: [table.tableArn] }),
  ];
  if (access.exams === 'list' || access.exams === 'edit') {
    statements.push(new PolicyStatement({ actions: ['dynamodb:Query'], resources: indexes }));
  }
  return statements;
}

function vectorStatements(home: CloudHome, { vectors }: HomeAccess): PolicyStatement[] {
  if (vectors === undefined) return [];
  const statements = [
    new PolicyStatement({ actions: [...VECTOR_ACTIONS[vectors]], resources: [home.vectors.indexArns] }),
    new PolicyStatement({
      actions: vectors === 'read' ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [home.storage.key.keyArn],
    }),
  ];
  if (vectors !== 'read') {
    const resources = [home.vectors.bucketArn];
    statements.push(new PolicyStatement({ actions: ['s3vectors:ListIndexes'], resources }));
  }
  return statements;
}

function messagingStatements(home: CloudHome, access: HomeAccess): PolicyStatement[] {
  const { queues, bus } = home.messaging;
  const { sendTo = [], buryIn = [], receiveFrom = [], redrive = [], publishEvents = false } = access;
  const { lookInto = [], measure = [] } = access;
  const statements: PolicyStatement[] = [];
  const targets = [
    ...[...sendTo, ...redrive].map((name) => queues[name].queue),
    ...buryIn.map((name) => queues[name].deadLetters),
  ];
  if (targets.length > 0) {
    const resources = targets.map((queue) => queue.queueArn);
    statements.push(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }));
  }
  const sources = [
    ...receiveFrom.map((name) => queues[name].queue),
    ...redrive.map((name) => queues[name].deadLetters),
  ];
  if (sources.length > 0) {
    statements.push(
      new PolicyStatement({
        actions: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:GetQueueAttributes',
        ],
        resources: sources.map((queue) => queue.queueArn),
      }),
    );
  }
  if (lookInto.length > 0) {
    statements.push(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        resources: lookInto.map((name) => queues[name].deadLetters.queueArn),
      }),
    );
  }
  if (measure.length > 0) {
    const resources = measure.map((name) => queues[name].queue.queueArn);
    statements.push(new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources }));
  }
  if (publishEvents)
    statements.push(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
  return statements;
}
