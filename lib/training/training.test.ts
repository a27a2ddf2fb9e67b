import { describe, expect, it } from 'vitest';
import { nameOf, permissionsOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize({
  trainingNodes: '3',
  trainingInstanceType: 'g5.12xlarge',
  trainingZone: '2',
});

const definition = resourceOf(template, 'AWS::Batch::JobDefinition', 'TrainingDefinition').properties;
const { NumNodes, MainNode, NodeRangeProperties } = definition.NodeProperties as {
  NumNodes: number;
  MainNode: number;
  NodeRangeProperties: { TargetNodes: string; Container: Record<string, unknown> }[];
};
const container = NodeRangeProperties[0]?.Container ?? {};

describe('the training', () => {
  it('is not there until it is asked for', () => {
    const { template: usual } = synthesize();
    const ids = resourcesOf(usual).map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('Training'))).toEqual([]);
    expect(Object.keys(usual.findOutputs('*')).filter((name) => name.startsWith('Training'))).toEqual([]);
    expect(Object.keys(template.findOutputs('*')).filter((name) => name.startsWith('Training'))).toEqual([
      'TrainingQueue',
      'TrainingDefinition',
    ]);
  });

  it('runs on as many nodes as the deployment says, of one type and with all their GPUs', () => {
    expect(definition.Type).toBe('multinode');
    expect([NumNodes, MainNode]).toEqual([3, 0]);
    expect(NodeRangeProperties.map(({ TargetNodes }) => TargetNodes)).toEqual(['0:2']);
    expect(container.InstanceType).toBe('g5.12xlarge');
    expect(container.ResourceRequirements).toEqual(
      expect.arrayContaining([
        { Type: 'GPU', Value: '4' },
        { Type: 'VCPU', Value: '48' },
      ]),
    );
  });

  it('takes instances on demand and near one another, and none while there is no run', () => {
    const { properties } = resourceOf(template, 'AWS::Batch::ComputeEnvironment', 'TrainingEnvironment');
    expect(properties.ComputeResources).toMatchObject({
      // AWS Batch starts multi-node parallel jobs on no Spot instances.
      Type: 'EC2',
      MinvCpus: 0,
      MaxvCpus: 144,
      InstanceTypes: ['g5.12xlarge'],
      Subnets: [{ Ref: expect.stringMatching(/^NetworkVpcWorkerSubnet2/) }],
      PlacementGroup: { 'Fn::GetAtt': [expect.stringMatching(/^TrainingNearby/), 'GroupName'] },
      Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
    });
    expect(resourceOf(template, 'AWS::EC2::PlacementGroup', 'Training').properties).toEqual({
      Strategy: 'cluster',
    });
  });

  it('is tried again when an instance goes, and not when it was told wrongly what to do', () => {
    expect(definition.RetryStrategy).toEqual({
      Attempts: 10,
      EvaluateOnExit: [
        { Action: 'EXIT', OnExitCode: '2' },
        { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
        { Action: 'RETRY', OnReason: 'CannotPullContainerError:*' },
        { Action: 'RETRY', OnExitCode: '*' },
      ],
    });
  });

  it('has a read-only root, room in /tmp, and shared memory for the processes of one node', () => {
    expect(container).toMatchObject({
      ReadonlyRootFilesystem: true,
      MountPoints: [{ ContainerPath: '/tmp' }],
      LinuxParameters: { InitProcessEnabled: true, SharedMemorySize: 8_192 },
    });
    expect(container.Privileged).not.toBe(true);
    expect(nameOf(container.Image)).toMatch(/\/retclip-training:1$/);
    const variables = container.Environment as { Name: string; Value: unknown }[];
    const bucket = variables.find(({ Name }) => Name === 'DATA_BUCKET');
    expect(nameOf(bucket?.Value)).toBe('HomeStorageData');
  });

  it('reads its data and its checkpoints, writes checkpoints, and sees no photograph of any program', () => {
    expect(permissionsOf(template, 'TrainingJobRole')).toEqual([
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      's3:GetObject on HomeStorageData/training/data/*',
      's3:GetObject on HomeStorageData/training/runs/*',
      's3:GetObjectVersion on HomeStorageData/training/data/*',
      's3:GetObjectVersion on HomeStorageData/training/runs/*',
      's3:ListBucket on HomeStorageData',
      's3:PutObject on HomeStorageData/training/runs/*',
    ]);
  });

  it('keeps a replaced checkpoint for a day', () => {
    const bucket = resourceOf(template, 'AWS::S3::Bucket', 'HomeStorageData');
    const { Rules } = bucket.properties.LifecycleConfiguration as { Rules: unknown[] };
    expect(Rules).toContainEqual(
      expect.objectContaining({
        Prefix: 'training/runs/',
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      }),
    );
  });
});

describe('the nodes of a training', () => {
  const group = resourceOf(template, 'AWS::EC2::SecurityGroup', 'TrainingSecurityGroup');
  const rules = [
    ...resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'),
    ...resourcesOf(template, 'AWS::EC2::SecurityGroupEgress'),
  ].map(({ type, properties }) => ({
    kind: type.replace('AWS::EC2::SecurityGroup', ''),
    of: nameOf(properties.GroupId),
    with: nameOf(properties.SourceSecurityGroupId ?? properties.DestinationSecurityGroupId),
    ports: `${properties.FromPort}-${properties.ToPort}`,
  }));

  it('speak to one another by TCP', () => {
    const own = nameOf({ Ref: group.id });
    expect(rules.filter((rule) => rule.of === own)).toEqual([
      { kind: 'Ingress', of: own, with: own, ports: '0-65535' },
      { kind: 'Egress', of: own, with: own, ports: '0-65535' },
    ]);
  });

  it('speak to AWS by HTTPS, and to no other host', () => {
    expect(group.properties.SecurityGroupIngress).toBeUndefined();
    expect(group.properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]);
    expect(rules).toContainEqual({
      kind: 'Ingress',
      of: 'NetworkEndpointSecurityGroup',
      with: nameOf({ Ref: group.id }),
      ports: '443-443',
    });
  });

  it('have encrypted disks, and metadata by token that no container can fetch', () => {
    for (const prefix of ['Training', 'JobsScreen']) {
      const launch = resourceOf(template, 'AWS::EC2::LaunchTemplate', prefix);
      expect(launch.properties.LaunchTemplateData).toMatchObject({
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      });
    }
  });

  it('are pulled and logged by a role that reads no data', () => {
    const actions = permissionsOf(template, 'TrainingExecutionRole').map((line) => line.split(' ')[0]);
    expect(actions.filter((action) => !/^(?:ecr|logs):/.test(String(action)))).toEqual([]);
    const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(({ id }) =>
      id.startsWith('TrainingExecutionRole'),
    );
    expect(statementsOf(policy?.properties.PolicyDocument).length).toBeGreaterThan(1);
  });
});
