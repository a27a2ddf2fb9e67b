import { UnresolvedReferenceError } from '../errors.ts';
import type { StackTemplate } from './stack-template.ts';

/** Where a stack is deployed, and what its resources are called there. */
export interface DeployedStack {
  /** @example 'eu-west-1' */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** @default 'aws' */
  readonly partition?: string;
  readonly stackName: string;
  /** Physical ids by logical ids, as DescribeStackResources tells them. */
  readonly physicalIds: ReadonlyMap<string, string>;
  /** Values of parameters; the template's defaults hold where one is missing. */
  readonly parameters?: ReadonlyMap<string, string>;
}

type NameArn = (name: string, where: { region: string; accountId: string; partition: string }) => string;

function regional(service: string, prefix: string, suffix = ''): NameArn {
  return (name, { region, accountId, partition }) =>
    `arn:${partition}:${service}:${region}:${accountId}:${prefix}${name}${suffix}`;
}

/** ARNs by types of resources, from what CloudFormation gives as their physical id. */
const ARNS: Readonly<Record<string, NameArn>> = {
  'AWS::Batch::ComputeEnvironment': regional('batch', 'compute-environment/'),
  'AWS::Batch::JobDefinition': regional('batch', 'job-definition/'),
  'AWS::Batch::JobQueue': regional('batch', 'job-queue/'),
  'AWS::Backup::BackupVault': regional('backup', 'backup-vault:'),
  'AWS::Cognito::UserPool': regional('cognito-idp', 'userpool/'),
  'AWS::DynamoDB::Table': regional('dynamodb', 'table/'),
  'AWS::DynamoDB::GlobalTable': regional('dynamodb', 'table/'),
  'AWS::ECS::Cluster': regional('ecs', 'cluster/'),
  'AWS::Events::EventBus': regional('events', 'event-bus/'),
  // The id of a rule on a bus of its own is "bus|rule".
  'AWS::Events::Rule': (name, where) => regional('events', 'rule/')(name.replace('|', '/'), where),
  'AWS::IAM::Role': (name, { accountId, partition }) => `arn:${partition}:iam::${accountId}:role/${name}`,
  'AWS::KMS::Key': regional('kms', 'key/'),
  'AWS::Lambda::Function': regional('lambda', 'function:'),
  'AWS::Logs::LogGroup': regional('logs', 'log-group:', ':*'),
  'AWS::S3::Bucket': (name, { partition }) => `arn:${partition}:s3:::${name}`,
  'AWS::S3Vectors::VectorBucket': regional('s3vectors', 'bucket/'),
  'AWS::Scheduler::ScheduleGroup': regional('scheduler', 'schedule-group/'),
  'AWS::SNS::Topic': regional('sns', ''),
  // The id of a queue is its URL.
  'AWS::SQS::Queue': (url, where) => regional('sqs', '')(url.split('/').at(-1) ?? '', where),
};
/** Attributes that are a resource's ARN. */
const ARN_ATTRIBUTES = new Set([
  'Arn',
  'BackupVaultArn',
  'ComputeEnvironmentArn',
  'JobQueueArn',
  'TopicArn',
  'VectorBucketArn',
]);

/** Names of what is deployed. */
export class PhysicalNames {
  readonly #template: StackTemplate;
  readonly #stack: DeployedStack;

  constructor(template: StackTemplate, stack: DeployedStack) {
    this.#template = template;
    this.#stack = stack;
  }

  /** What `Ref` gives. @throws UnresolvedReferenceError if nothing is deployed under that id */
  ref(logicalId: string): string {
    const { region, accountId, partition = 'aws', stackName, physicalIds, parameters } = this.#stack;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': accountId,
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/id`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    const fallback = this.#template.Parameters[logicalId]?.Default;
    const value =
      pseudo[logicalId] ??
      physicalIds.get(logicalId) ??
      parameters?.get(logicalId) ??
      (fallback === undefined ? undefined : String(fallback));
    if (value !== undefined) return value;
    throw new UnresolvedReferenceError(`The template refers to "${logicalId}", which is not deployed.`);
  }

  /** What `Fn::GetAtt` gives. @throws UnresolvedReferenceError if the attribute is not known here */
  attribute(logicalId: string, attribute: string): string {
    const type = this.#template.Resources[logicalId]?.Type ?? '';
    const id = this.ref(logicalId);
    if (ARN_ATTRIBUTES.has(attribute) && id.startsWith('arn:')) return id;
    const nameArn = ARN_ATTRIBUTES.has(attribute) ? ARNS[type] : undefined;
    if (nameArn !== undefined) return nameArn(id, { partition: 'aws', ...this.#stack });
    if (attribute === 'QueueName') return id.split('/').at(-1) ?? '';
    throw new UnresolvedReferenceError(
      `The attribute ${attribute} of "${logicalId}" (${type}) is not known here.`,
    );
  }
}
