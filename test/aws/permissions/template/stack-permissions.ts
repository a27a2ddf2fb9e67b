import { z } from 'zod';
import { type PolicyStatement, policyStatements } from '../policy-statement.ts';
import { bucketOfHost } from '../requests/s3-location.ts';
import type { AccountFacts } from '../requests/service-request.ts';
import { resolved } from './intrinsic-functions.ts';
import { type DeployedStack, PhysicalNames } from './physical-names.ts';
import { roleStatements } from './role-statements.ts';
import { resourcesOf, type StackTemplate, stackTemplateSchema } from './stack-template.ts';

/** A role of the stack. */
export interface StackRole {
  readonly logicalId: string;
  /** As it is called where it is deployed. */
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

/** Everything in a template that decides who may do what. */
export interface StackPermissions {
  /** By logical id. */
  readonly roles: ReadonlyMap<string, StackRole>;
  /** Policies of buckets, queues, topics and keys, by ARN. */
  readonly resourcePolicies: ReadonlyMap<string, readonly PolicyStatement[]>;
  /** Policies of VPC endpoints, by service such as `s3`: they bound what is called from the stack's network. */
  readonly endpointPolicies: ReadonlyMap<string, readonly PolicyStatement[]>;
  readonly facts: AccountFacts;
}

const bucketSchema = z.object({
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({ ServerSideEncryptionByDefault: z.object({ KMSMasterKeyID: z.string().optional() }) }),
      ),
    })
    .optional(),
});
const vectorBucketSchema = z.object({
  EncryptionConfiguration: z.object({ KmsKeyArn: z.string().optional() }).optional(),
});
const queueSchema = z.object({ KmsMasterKeyId: z.string().optional() });
const tableSchema = z.object({
  SSESpecification: z.object({ KMSMasterKeyId: z.string().optional() }).optional(),
});

/** Reads the key from one property, with its references replaced, of each resource of a type that is deployed. */
function keysOf<Schema extends z.ZodType>(
  { template, names, stack }: Context,
  { type, property }: { readonly type: string; readonly property: string },
  schema: Schema,
  read: (properties: z.infer<Schema>) => string | undefined,
  nameOf: (logicalId: string) => string,
): Map<string, string> {
  return new Map(
    resourcesOf(template, type).flatMap(([logicalId, { Properties }]) => {
      if (!stack.physicalIds.has(logicalId)) return [];
      const key = read(schema.parse({ [property]: resolved(Properties[property], names) }));
      return key === undefined ? [] : [[nameOf(logicalId), key] as const];
    }),
  );
}

interface Context {
  readonly template: StackTemplate;
  readonly names: PhysicalNames;
  readonly stack: DeployedStack;
}

function policiesOf({ template, names, stack }: Context): Map<string, PolicyStatement[]> {
  const policies = new Map<string, PolicyStatement[]>();
  const add = (
    type: string,
    property: string,
    targets: (properties: Record<string, unknown>, id: string) => string[],
  ) => {
    for (const [logicalId, { Properties }] of resourcesOf(template, type)) {
      if (type === 'AWS::KMS::Key' && !stack.physicalIds.has(logicalId)) continue;
      const statements = policyStatements(resolved(Properties[property], names), logicalId);
      for (const target of targets(Properties, logicalId)) {
        policies.set(target, [...(policies.get(target) ?? []), ...statements]);
      }
    }
  };
  const strings = (value: unknown) => z.array(z.string()).parse(resolved(value, names));
  add('AWS::S3::BucketPolicy', 'PolicyDocument', ({ Bucket }) => [
    `arn:${stack.partition ?? 'aws'}:s3:::${resolved(Bucket, names)}`,
  ]);
  add('AWS::SQS::QueuePolicy', 'PolicyDocument', ({ Queues }) =>
    strings(Queues).map(
      (url) =>
        `arn:${stack.partition ?? 'aws'}:sqs:${stack.region}:${stack.accountId}:${url.split('/').at(-1)}`,
    ),
  );
  add('AWS::SNS::TopicPolicy', 'PolicyDocument', ({ Topics }) => strings(Topics));
  add('AWS::KMS::Key', 'KeyPolicy', (_, logicalId) => [names.attribute(logicalId, 'Arn')]);
  return policies;
}

function endpointPolicies({ template, names }: Context): Map<string, PolicyStatement[]> {
  return new Map(
    resourcesOf(template, 'AWS::EC2::VPCEndpoint').flatMap(([logicalId, { Properties }]) => {
      if (Properties.PolicyDocument === undefined) return [];
      const service = String(resolved(Properties.ServiceName, names)).split('.').at(-1) ?? '';
      return [[service, policyStatements(resolved(Properties.PolicyDocument, names), logicalId)] as const];
    }),
  );
}

/**
 * Reads who may do what out of a synthesised template, with the names of where it is deployed.
 *
 * @throws UnresolvedReferenceError where a policy refers to what is not deployed
 * @throws UnknownPolicyError where a policy is not of IAM's grammar, or one of AWS's that is not known here
 * @example stackPermissions(JSON.parse(template), { region, accountId, stackName, physicalIds }).roles
 */
export function stackPermissions(template: unknown, stack: DeployedStack): StackPermissions {
  const read = stackTemplateSchema.parse(template);
  const names = new PhysicalNames(read, stack);
  const context = { template: read, names, stack };
  const buckets = keysOf(
    context,
    { type: 'AWS::S3::Bucket', property: 'BucketEncryption' },
    bucketSchema,
    ({ BucketEncryption }) =>
      BucketEncryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault.KMSMasterKeyID,
    (logicalId) => names.ref(logicalId),
  );
  const arnOf = (logicalId: string) => names.attribute(logicalId, 'Arn');
  const vectorBuckets = keysOf(
    context,
    { type: 'AWS::S3Vectors::VectorBucket', property: 'EncryptionConfiguration' },
    vectorBucketSchema,
    ({ EncryptionConfiguration }) => EncryptionConfiguration?.KmsKeyArn,
    (logicalId) => names.ref(logicalId).split('/').at(-1) ?? '',
  );
  const queues = keysOf(
    context,
    { type: 'AWS::SQS::Queue', property: 'KmsMasterKeyId' },
    queueSchema,
    (it) => it.KmsMasterKeyId,
    arnOf,
  );
  const tables = keysOf(
    context,
    { type: 'AWS::DynamoDB::Table', property: 'SSESpecification' },
    tableSchema,
    ({ SSESpecification }) => SSESpecification?.KMSMasterKeyId,
    arnOf,
  );
  const roles = [...roleStatements(read, names)].map(
    ([logicalId, statements]) => [logicalId, { logicalId, name: names.ref(logicalId), statements }] as const,
  );
  return {
    roles: new Map(roles),
    resourcePolicies: policiesOf(context),
    endpointPolicies: endpointPolicies(context),
    facts: {
      accountId: stack.accountId,
      partition: stack.partition ?? 'aws',
      bucketOfHost,
      keyOfBucket: (bucket) => buckets.get(bucket),
      keyOfVectorBucket: (bucket) => vectorBuckets.get(bucket),
      keyOfQueue: (queue) => queues.get(queue),
      keyOfTable: (table) => tables.get(table),
    },
  };
}
