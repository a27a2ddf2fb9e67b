import { Duration } from 'aws-cdk-lib';
import {
  AutoScalingGroup,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  GroupMetrics,
  OnDemandAllocationStrategy,
  SpotAllocationStrategy,
} from 'aws-cdk-lib/aws-autoscaling';
import { InstanceType, LaunchTemplate, LaunchTemplateHttpTokens, UserData } from 'aws-cdk-lib/aws-ec2';
import { AmiHardwareType, AsgCapacityProvider, EcsOptimizedImage, type ICluster } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Network } from '../network/network.ts';
import { createInstanceRole } from './instance-role.ts';

/** Of the ECS agent. CDK's own are for groups of one instance type. */
const AGENT_SETTINGS = [
  'ECS_ENABLE_GPU_SUPPORT=true',
  // A reclaimed Spot instance tells its worker to stop, two minutes before.
  'ECS_ENABLE_SPOT_INSTANCE_DRAINING=true',
  'ECS_AWSVPC_BLOCK_IMDS=true',
  'ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true',
  // A new worker's image is often the one that is there.
  'ECS_IMAGE_PULL_BEHAVIOR=prefer-cached',
] as const;

export interface GpuCapacityProps {
  readonly cluster: ICluster;
  readonly network: Network;
  /** The preferred first; each has one GPU. */
  readonly instanceTypes: readonly string[];
  /** Percent of the instances that are not Spot. */
  readonly onDemandPercentage: number;
  readonly maxInstances: number;
}

/** GPU instances that ECS starts when a worker is wanted and ends when it is not: from none to `maxInstances`. */
export class GpuCapacity extends Construct {
  readonly provider: AsgCapacityProvider;

  constructor(scope: Construct, id: string, props: GpuCapacityProps) {
    super(scope, id);
    const { cluster, network, instanceTypes, onDemandPercentage, maxInstances } = props;
    const group = new AutoScalingGroup(this, 'Group', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      minCapacity: 0,
      maxCapacity: maxInstances,
      newInstancesProtectedFromScaleIn: true,
      capacityRebalance: true,
      groupMetrics: [GroupMetrics.all()],
      maxInstanceLifetime: Duration.days(14),
      mixedInstancesPolicy: {
        launchTemplate: this.#createLaunchTemplate(network, cluster),
        launchTemplateOverrides: instanceTypes.map((type) => ({ instanceType: new InstanceType(type) })),
        instancesDistribution: {
          onDemandBaseCapacity: 0,
          onDemandPercentageAboveBaseCapacity: onDemandPercentage,
          onDemandAllocationStrategy: OnDemandAllocationStrategy.PRIORITIZED,
          spotAllocationStrategy: SpotAllocationStrategy.CAPACITY_OPTIMIZED_PRIORITIZED,
        },
      },
    });
    acknowledge(group, {
      'AwsSolutions-EC26':
        'The rule fails on groups of several instance types; the launch template encrypts its volume, and a test says so.',
      'HIPAA.Security-EC2IMDSv2Enabled':
        'The rule fails on groups of several instance types; the launch template requires version 2, and a test says so.',
      'AwsSolutions-AS3':
        'Instances come and go with the backlog many times a day; what matters (nobody works, messages grow old) has alarms.',
    });
    this.provider = new AsgCapacityProvider(this, 'Provider', {
      autoScalingGroup: group,
      enableManagedScaling: true,
      enableManagedTerminationProtection: true,
      enableManagedDraining: true,
      instanceWarmupPeriod: 300,
    });
  }

  #createLaunchTemplate(network: Network, cluster: ICluster): LaunchTemplate {
    const userData = UserData.forLinux();
    for (const setting of AGENT_SETTINGS) userData.addCommands(`echo ${setting} >> /etc/ecs/ecs.config`);
    return new LaunchTemplate(this, 'LaunchTemplate', {
      machineImage: EcsOptimizedImage.amazonLinux2023(AmiHardwareType.GPU),
      // CDK would add what the agent may do with a wildcard.
      role: createInstanceRole(this, 'InstanceRole', cluster).withoutPolicyUpdates(),
      userData,
      securityGroup: network.workerSecurityGroup,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      requireImdsv2: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(80, {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            deleteOnTermination: true,
          }),
        },
      ],
    });
  }
}
