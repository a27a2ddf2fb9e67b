import type { Template, TemplateResource } from './app-template.ts';
import { LACKING_KINDS, type LackingKindName, lackingKindOf } from './lacking-kinds.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What the template must say of a kind of resources that the emulator cannot make. */
export interface TemplateAssertion {
  readonly says: string;
  /** @returns whether it is so of one resource of the kind */
  readonly holds: (resource: TemplateResource, template: Template) => boolean;
  /** How many resources of the kind there are, at least. */
  readonly least?: number;
}

/** A property some levels down: `at(resource, 'BackupSelection', 'Resources')`. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => (part as Properties | undefined)?.[name], value);
}

function referred(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return Ref ?? attribute?.[0] ?? '';
}

function typeOf(template: Template, value: unknown): string | undefined {
  return template.Resources[referred(value)]?.Type;
}

function all(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(holds);
}

/** The containers of a job definition: its own, or those of its nodes. */
function containersOf({ Properties: properties }: TemplateResource): readonly unknown[] {
  const own = at(properties, 'ContainerProperties');
  if (own !== undefined) return [own];
  const ranges = at(properties, 'NodeProperties', 'NodeRangeProperties') as readonly unknown[] | undefined;
  return (ranges ?? []).map((range) => at(range, 'Container'));
}

const isBetweenGroups = (rule: unknown, other: string, template: Template) =>
  typeOf(template, at(rule, other)) === 'AWS::EC2::SecurityGroup' &&
  typeOf(template, at(rule, 'GroupId')) === 'AWS::EC2::SecurityGroup' &&
  at(rule, 'CidrIp') === undefined;

/** For each kind that is left out of the emulated deployment, the assertion on the template that stands in for it. */
export const TEMPLATE_ASSERTIONS: Readonly<Record<LackingKindName, TemplateAssertion>> = {
  'scalable targets': {
    says: 'the workers’ service goes from none to at least one worker',
    holds: ({ Properties }) =>
      at(Properties, 'MinCapacity') === 0 &&
      Number(at(Properties, 'MaxCapacity')) >= 1 &&
      at(Properties, 'ScalableDimension') === 'ecs:service:DesiredCount',
  },
  'scaling policies': {
    says: 'each policy sets an exact number of workers, and an alarm calls it',
    holds: (policy, template) =>
      at(policy.Properties, 'StepScalingPolicyConfiguration', 'AdjustmentType') === 'ExactCapacity' &&
      Object.values(template.Resources).some(
        ({ Type, Properties }) =>
          Type === 'AWS::CloudWatch::Alarm' &&
          all(at(Properties, 'AlarmActions'), (action) => template.Resources[referred(action)] === policy),
      ),
    least: 2,
  },
  'backup selections': {
    says: 'the exam table is copied, and nothing else',
    holds: ({ Properties }, template) =>
      all(
        at(Properties, 'BackupSelection', 'Resources'),
        (resource) => typeOf(template, resource) === 'AWS::DynamoDB::Table',
      ),
  },
  'Batch compute environments': {
    says: 'jobs run in the stack’s own subnets and security groups, and hold no instance while there is none',
    holds: ({ Properties }, template) => {
      const resources = at(Properties, 'ComputeResources');
      const least = at(resources, 'MinvCpus');
      return (
        (at(resources, 'Type') === 'FARGATE' ? least === undefined : least === 0) &&
        all(at(resources, 'Subnets'), (subnet) => typeOf(template, subnet) === 'AWS::EC2::Subnet') &&
        all(
          at(resources, 'SecurityGroupIds'),
          (group) => typeOf(template, group) === 'AWS::EC2::SecurityGroup',
        )
      );
    },
    least: 2,
  },
  'Batch job definitions': {
    says: 'each container has a role of the stack, the data bucket in its environment and a read-only root, and is tried ten times',
    holds: (definition, template) =>
      at(definition.Properties, 'RetryStrategy', 'Attempts') === 10 &&
      all(containersOf(definition), (container) => {
        const environment = (at(container, 'Environment') ?? []) as { Name: string; Value: unknown }[];
        const bucket = environment.find(({ Name }) => Name === 'DATA_BUCKET');
        return (
          typeOf(template, at(container, 'JobRoleArn')) === 'AWS::IAM::Role' &&
          typeOf(template, bucket?.Value) === 'AWS::S3::Bucket' &&
          at(container, 'ReadonlyRootFilesystem') === true
        );
      }),
    least: 2,
  },
  'Batch job queues': {
    says: 'each queue is open and leads to a compute environment of the stack',
    holds: ({ Properties }, template) =>
      at(Properties, 'State') === 'ENABLED' &&
      all(
        at(Properties, 'ComputeEnvironmentOrder'),
        (order) => typeOf(template, at(order, 'ComputeEnvironment')) === 'AWS::Batch::ComputeEnvironment',
      ),
    least: 2,
  },
  'alarms by metric math': {
    says: 'each alarm tells the topic or calls a scaling policy',
    holds: ({ Properties }, template) =>
      all(at(Properties, 'AlarmActions'), (action) =>
        ['AWS::SNS::Topic', 'AWS::ApplicationAutoScaling::ScalingPolicy'].includes(
          typeOf(template, action) ?? '',
        ),
      ),
    least: 10,
  },
  'flow logs': {
    says: 'what the network rejects is logged',
    holds: ({ Properties }, template) =>
      at(Properties, 'TrafficType') === 'REJECT' &&
      typeOf(template, at(Properties, 'ResourceId')) === 'AWS::EC2::VPC' &&
      typeOf(template, at(Properties, 'LogGroupName')) === 'AWS::Logs::LogGroup',
  },
  'placement groups': {
    says: 'nodes of a training are near one another',
    holds: ({ Properties }) => at(Properties, 'Strategy') === 'cluster',
  },
  'security group egress': {
    says: 'what is let out leads to a security group of the stack',
    holds: ({ Properties }, template) => isBetweenGroups(Properties, 'DestinationSecurityGroupId', template),
  },
  'security group ingress': {
    says: 'what is let in comes from a security group of the stack',
    holds: ({ Properties }, template) => isBetweenGroups(Properties, 'SourceSecurityGroupId', template),
  },
  'capacity providers': {
    says: 'ECS starts, drains and protects the instances of the workers',
    holds: ({ Properties }) => {
      const group = at(Properties, 'AutoScalingGroupProvider');
      return (
        at(group, 'ManagedScaling', 'Status') === 'ENABLED' &&
        at(group, 'ManagedDraining') === 'ENABLED' &&
        at(group, 'ManagedTerminationProtection') === 'ENABLED'
      );
    },
  },
  'capacity provider associations': {
    says: 'the cluster has the capacity provider of the stack',
    holds: ({ Properties }, template) =>
      typeOf(template, at(Properties, 'Cluster')) === 'AWS::ECS::Cluster' &&
      all(
        at(Properties, 'CapacityProviders'),
        (provider) => typeOf(template, provider) === 'AWS::ECS::CapacityProvider',
      ),
  },
  'vector buckets': {
    says: 'vectors are encrypted by the key of the data, and stay when the stack goes',
    holds: (bucket, template) =>
      at(bucket.Properties, 'EncryptionConfiguration', 'SseType') === 'aws:kms' &&
      typeOf(template, at(bucket.Properties, 'EncryptionConfiguration', 'KmsKeyArn')) === 'AWS::KMS::Key' &&
      bucket.DeletionPolicy === 'Retain',
  },
};

/** What does not hold of the template: `kind: what it should say (where)`. */
export function templateFaults(template: Template): readonly string[] {
  return (Object.keys(LACKING_KINDS) as LackingKindName[]).flatMap((kind) => {
    const { says, holds, least = 1 } = TEMPLATE_ASSERTIONS[kind];
    const of = Object.entries(template.Resources).filter(([, resource]) => lackingKindOf(resource) === kind);
    const wrong = of.filter(([, resource]) => !holds(resource, template)).map(([id]) => id);
    if (of.length < least) wrong.push(`${of.length} of at least ${least} are there`);
    return wrong.length === 0 ? [] : [`${kind}: ${says} (${wrong.join(', ')})`];
  });
}
