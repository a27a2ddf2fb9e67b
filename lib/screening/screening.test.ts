import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { nameOf, permissionsOf, resourceOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();
const task = resourceOf(template, 'AWS::ECS::TaskDefinition', 'ScreeningTask');
const [container] = task.properties.ContainerDefinitions as Record<string, unknown>[];

describe('the worker', () => {
  it('has one GPU, a read-only root and no privilege', () => {
    expect(container).toMatchObject({
      ResourceRequirements: [{ Type: 'GPU', Value: '1' }],
      ReadonlyRootFilesystem: true,
      DockerSecurityOptions: ['no-new-privileges'],
      LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
    });
    expect(container?.Privileged).toBeUndefined();
  });

  it('can write where it keeps models, and nowhere else', () => {
    expect(container?.MountPoints).toEqual([
      { ContainerPath: '/tmp', ReadOnly: false, SourceVolume: 'scratch' },
    ]);
    expect(container?.Environment).toContainEqual({ Name: 'RETCLIP_CACHE', Value: '/tmp/retclip-models' });
  });

  it('has the time to hand back its messages, and less than a reclaimed Spot instance gives', () => {
    expect(container?.StopTimeout).toBeGreaterThan(30);
    expect(container?.StopTimeout).toBeLessThan(120);
  });

  it('is replaced when it no longer touches its health file', () => {
    const environment = container?.Environment as { Name: string; Value: unknown }[];
    const file = environment.find(({ Name }) => Name === 'RETCLIP_HEALTH_FILE')?.Value;
    expect(file).toMatch(/^\/tmp\//);
    expect(container?.HealthCheck).toMatchObject({
      Command: ['CMD-SHELL', expect.stringContaining(String(file))],
      Retries: 3,
    });
  });

  it('borrows messages for as long as the queue lends them', () => {
    const { visibilitySeconds } = QUEUE_SETTINGS.screening;
    expect(container?.Environment).toContainEqual({
      Name: 'RETCLIP_VISIBILITY',
      Value: String(visibilitySeconds),
    });
  });

  it('may do what its code does and no more', () => {
    expect(permissionsOf(template, 'ScreeningTaskTaskRole')).toEqual([
      'dynamodb:GetItem on HomeStorageExams',
      // That it is not stopped with exams in hand.
      'ecs:UpdateTaskProtection on arn:AWS::Partition:ecs:AWS::Region:AWS::AccountId:task/ScreeningCluster/*',
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      's3:DeleteObjectVersion on HomeStorageData/reconciliation/.attempts/*',
      's3:GetObject on HomeStorageData/heads/*',
      's3:GetObject on HomeStorageData/models/*',
      's3:GetObject on HomeStorageData/reconciliation/.attempts/*',
      's3:GetObject on HomeStoragePrepared/prepared/*',
      's3:GetObjectVersion on HomeStorageData/heads/*',
      's3:GetObjectVersion on HomeStorageData/models/*',
      's3:GetObjectVersion on HomeStorageData/reconciliation/.attempts/*',
      's3:ListBucket on HomeStorageData',
      's3:ListBucket on HomeStoragePrepared',
      's3:ListBucketVersions on HomeStorageData',
      's3:PutObject on HomeStorageData/feature-rows/*',
      's3:PutObject on HomeStorageData/features/*',
      's3:PutObject on HomeStorageData/reconciliation/.attempts/*',
      // Evidence maps: pixels are not to be written over.
      's3:PutObject on HomeStoragePrepared/prepared/*/evidence-1-*',
      'sqs:ChangeMessageVisibility on HomeMessagingScreeningQueue',
      'sqs:DeleteMessage on HomeMessagingScreeningQueue',
      'sqs:GetQueueAttributes on HomeMessagingScreeningQueue',
      'sqs:ReceiveMessage on HomeMessagingScreeningQueue',
      'sqs:SendMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingResultsQueue',
      'sqs:SendMessage on HomeMessagingScreeningDeadLetters',
    ]);
  });

  it("is the account's own image where one is named", () => {
    const { template: pinned } = synthesize({ workerImage: 'clinic/worker:2.0' });
    const { properties } = resourceOf(pinned, 'AWS::ECS::TaskDefinition', 'ScreeningTask');
    const [worker] = properties.ContainerDefinitions as Record<string, unknown>[];
    expect(nameOf(worker?.Image)).toMatch(/\/clinic\/worker:2\.0$/);
  });
});

describe('the service', () => {
  it('starts with no worker and replaces one before it starts the next', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: 0,
      DeploymentConfiguration: Match.objectLike({ MinimumHealthyPercent: 0, MaximumPercent: 100 }),
    });
  });
});

describe('the GPU capacity', () => {
  it('goes from none to as many instances as workers, preferring Spot and the first type', () => {
    const { template: large } = synthesize({ maxWorkers: '7', gpuInstanceTypes: 'g5.xlarge, g4dn.xlarge' });
    large.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '0',
      MaxSize: '7',
      NewInstancesProtectedFromScaleIn: true,
      CapacityRebalance: true,
      MixedInstancesPolicy: {
        InstancesDistribution: Match.objectLike({
          OnDemandPercentageAboveBaseCapacity: 0,
          SpotAllocationStrategy: 'capacity-optimized-prioritized',
        }),
        LaunchTemplate: Match.objectLike({
          Overrides: [{ InstanceType: 'g5.xlarge' }, { InstanceType: 'g4dn.xlarge' }],
        }),
      },
    });
  });

  it('encrypts its disks and answers metadata requests with tokens only', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: Match.objectLike({
        BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true }) })],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      }),
    });
  });

  it('tells the agent to drain reclaimed Spot instances and to hide the instance from containers', () => {
    const { properties } = resourceOf(template, 'AWS::EC2::LaunchTemplate', 'ScreeningCapacity');
    const { UserData } = properties.LaunchTemplateData as { UserData: { 'Fn::Base64': unknown } };
    const script = nameOf(UserData['Fn::Base64']);
    expect(script).toContain('ECS_ENABLE_SPOT_INSTANCE_DRAINING=true');
    expect(script).toContain('ECS_AWSVPC_BLOCK_IMDS=true');
    expect(script).toContain('ECS_ENABLE_GPU_SUPPORT=true');
    expect(script).toContain('ECS_CLUSTER=ScreeningCluster');
  });

  it('is managed by ECS', () => {
    template.hasResourceProperties('AWS::ECS::CapacityProvider', {
      AutoScalingGroupProvider: Match.objectLike({
        ManagedScaling: Match.objectLike({ Status: 'ENABLED' }),
        ManagedTerminationProtection: 'ENABLED',
        ManagedDraining: 'ENABLED',
      }),
    });
  });
});
