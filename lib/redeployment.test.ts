import { describe, expect, it } from 'vitest';
import { resourcesOf } from './testing/resources.ts';
import { synthesize } from './testing/synthesize.ts';

/** Properties by which a resource is given its physical name. */
const NAMES = [
  ...[
    'Name',
    'BucketName',
    'TableName',
    'QueueName',
    'TopicName',
    'FunctionName',
    'RoleName',
    'LogGroupName',
  ],
  ...['UserPoolName', 'BackupVaultName', 'BackupPlanName', 'VectorBucketName', 'ClusterName', 'ServiceName'],
  ...['AliasName', 'AlarmName', 'LaunchTemplateName', 'JobQueueName', 'JobDefinitionName', 'RepositoryName'],
  ...['ComputeEnvironmentName', 'AutoScalingGroupName', 'ScheduleGroupName', 'DomainName', 'SecretName'],
];
/** Names that need not be the only one of their kind in an account. */
const SHARED_NAMES = new Set(['AWS::Cognito::UserPool UserPoolName', 'AWS::ApiGatewayV2::Api Name']);

const everything = synthesize({ trainingNodes: '2', trainingImage: 'training:1' }).template;
const resources = [...resourcesOf(everything), ...resourcesOf(synthesize({ profile: 'cheap' }).template)];

/** Whether a name holds the id of the stack, which is another one at each deployment. */
function isOfStack(name: unknown): boolean {
  return JSON.stringify(name).includes('{"Ref":"AWS::StackId"}');
}

describe('a second deployment after the first was taken away', () => {
  const named = resources.flatMap(({ id, type, properties, deletionPolicy }) =>
    NAMES.filter((name) => name in properties && !SHARED_NAMES.has(`${type} ${name}`)).map((name) => ({
      ...{ id, type, name, deletionPolicy, value: properties[name] },
    })),
  );

  it('finds no name taken by what was kept', () => {
    const kept = resources.filter(({ deletionPolicy }) => deletionPolicy?.startsWith('Retain'));
    // Bucket, table, keys, vault, users and more: an empty list would show nothing.
    expect(new Set(kept.map(({ type }) => type)).size).toBeGreaterThanOrEqual(5);
    const taken = named.filter(
      ({ deletionPolicy, value }) => deletionPolicy?.startsWith('Retain') && !isOfStack(value),
    );
    expect(taken.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  it('gives log groups no name, which a late line of a function would make again', () => {
    const groups = resources.filter(({ type }) => type === 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(10);
    expect(groups.filter(({ properties }) => 'LogGroupName' in properties).map(({ id }) => id)).toEqual([]);
  });
});
