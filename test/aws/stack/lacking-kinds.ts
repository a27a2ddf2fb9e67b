import { ACCOUNT, REGION } from '../emulator/ministack.ts';
import type { TemplateResource } from './app-template.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** A kind of resources that the emulator's CloudFormation lacks, and what stands for references to them. */
export interface LackingKind {
  readonly type: string;
  /** Of the type, what is lacking; all of it if left out. */
  readonly only?: (properties: Readonly<Record<string, unknown>>) => boolean;
  /** The value of `Ref`, if the template refers to one so. */
  readonly ref?: (id: string) => string;
  /** The values of `Fn::GetAtt`, by the attribute. */
  readonly attributes?: Readonly<Record<string, (id: string) => string>>;
}

/**
 * What the emulator lacks is left out of the deployment; a named assertion on the template (`template-assertions.ts`)
 * stands in for each kind. The emulator is asked which types it lacks: its answer must be this list's.
 */
export const LACKING_KINDS = {
  'scalable targets': { type: 'AWS::ApplicationAutoScaling::ScalableTarget' },
  'scaling policies': {
    type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    ref: (id) => arn('autoscaling', `scalingPolicy:${id}`),
  },
  'backup selections': { type: 'AWS::Backup::BackupSelection' },
  'Batch compute environments': { type: 'AWS::Batch::ComputeEnvironment' },
  'Batch job definitions': {
    type: 'AWS::Batch::JobDefinition',
    ref: (id) => arn('batch', `job-definition/${id}:1`),
  },
  'Batch job queues': {
    type: 'AWS::Batch::JobQueue',
    attributes: { JobQueueArn: (id) => arn('batch', `job-queue/${id}`) },
  },
  'alarms by metric math': {
    type: 'AWS::CloudWatch::Alarm',
    only: ({ Metrics }) => Metrics !== undefined,
    ref: (id) => id,
    attributes: { Arn: (id) => arn('cloudwatch', `alarm:${id}`) },
  },
  'flow logs': { type: 'AWS::EC2::FlowLog' },
  'placement groups': { type: 'AWS::EC2::PlacementGroup' },
  'security group egress': { type: 'AWS::EC2::SecurityGroupEgress' },
  'security group ingress': { type: 'AWS::EC2::SecurityGroupIngress' },
  'capacity providers': { type: 'AWS::ECS::CapacityProvider', ref: (id) => id },
  'capacity provider associations': { type: 'AWS::ECS::ClusterCapacityProviderAssociations' },
  'vector buckets': {
    type: 'AWS::S3Vectors::VectorBucket',
    attributes: { VectorBucketArn: (id) => arn('s3vectors', `bucket/${id.toLowerCase()}`) },
  },
} as const satisfies Readonly<Record<string, LackingKind>>;
export type LackingKindName = keyof typeof LACKING_KINDS;

/** Attributes of resources that the emulator has, but does not tell: as CloudFormation documents them. */
export const LACKING_ATTRIBUTES: Readonly<Record<string, (id: string) => unknown>> = {
  'AWS::Cognito::UserPool.ProviderURL': (id) => ({
    'Fn::Join': ['', [`https://cognito-idp.${REGION}.amazonaws.com/`, { Ref: id }]],
  }),
};

/** The lacking kind that a resource is of. */
export function lackingKindOf(resource: TemplateResource | undefined): LackingKindName | undefined {
  const found = Object.entries<LackingKind>(LACKING_KINDS).find(
    ([, { type, only }]) => type === resource?.Type && (only?.(resource.Properties ?? {}) ?? true),
  );
  return found?.[0] as LackingKindName | undefined;
}

/** Types of which the emulator has nothing at all. */
export function lackingTypes(): readonly string[] {
  return Object.values<LackingKind>(LACKING_KINDS)
    .filter(({ only }) => only === undefined)
    .map(({ type }) => type);
}
