import { Duration, Size, Stack } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsMachineImageType,
  EcsVolume,
  JobQueue,
  LinuxParameters,
  ManagedEc2EcsComputeEnvironment,
  MultiNodeJobDefinition,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import {
  InstanceType,
  type ISubnet,
  PlacementGroup,
  PlacementGroupStrategy,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { type ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  createBatchInstanceRole,
  createBatchLaunchTemplate,
  useLatestVersion,
} from '../batch/batch-instances.ts';
import { createExecutionRole } from '../batch/execution-role.ts';
import { GPU_INSTANCES, type GpuInstanceType } from '../batch/gpu-instances.ts';
import { CONTAINER_USER } from '../batch/guarded-metadata.ts';
import { grantAccess } from '../home/access.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import type { Network } from '../network/network.ts';

export interface TrainingProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly image: ContainerImage;
  /** How many instances a run takes. */
  readonly nodes: number;
  readonly instanceType: GpuInstanceType;
  /** Which of the network's zones, counted from 1. */
  readonly zone: number;
}

/** The image, the data and the checkpoints of a run. */
const DISK_GIBIBYTES = 300;
/** Of an instance's memory, what the system and the ECS agent leave. */
const MEMORY_SHARE = 0.9;
const ATTEMPTS = 10;
/** By which the program says that to try again would change nothing. */
const WRONG_USE = '2';

/**
 * Pre-training on several GPU instances at once: an AWS Batch multi-node parallel job, whose nodes find one another by
 * what Batch tells them. Instances are on demand, as Batch starts such jobs on no others, and are there while a run is.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/mnp-ce.html
 */
export class Training extends Construct {
  readonly queue: JobQueue;
  readonly definition: MultiNodeJobDefinition;

  constructor(scope: Construct, id: string, props: TrainingProps) {
    super(scope, id);
    const { network, nodes, instanceType, zone } = props;
    const { vcpus } = GPU_INSTANCES[instanceType];
    const launchTemplate = createBatchLaunchTemplate(this, 'LaunchTemplate', DISK_GIBIBYTES);
    const environment = new ManagedEc2EcsComputeEnvironment(this, 'Environment', {
      vpc: network.vpc,
      // Instances of one placement group are near one another, and so in one zone.
      vpcSubnets: { subnets: [network.vpc.isolatedSubnets[zone - 1] as ISubnet] },
      placementGroup: new PlacementGroup(this, 'Nearby', { strategy: PlacementGroupStrategy.CLUSTER }),
      securityGroups: [this.#createSecurityGroup(network)],
      spot: false,
      allocationStrategy: AllocationStrategy.BEST_FIT_PROGRESSIVE,
      instanceTypes: [new InstanceType(instanceType)],
      useOptimalInstanceClasses: false,
      minvCpus: 0,
      maxvCpus: nodes * vcpus,
      images: [{ imageType: EcsMachineImageType.ECS_AL2023_NVIDIA }],
      launchTemplate,
      instanceRole: createBatchInstanceRole(this, 'InstanceRole'),
    });
    useLatestVersion(environment, launchTemplate);
    this.queue = new JobQueue(this, 'Queue', {
      computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
    });
    this.definition = new MultiNodeJobDefinition(this, 'Definition', {
      instanceType: new InstanceType(instanceType),
      containers: [{ container: this.#createContainer(props), startNode: 0, endNode: nodes - 1 }],
      retryAttempts: ATTEMPTS,
      // A main node that ends is tried again, be it for its own sake or because another one has left it.
      retryStrategies: [
        RetryStrategy.of(Action.EXIT, Reason.custom({ onExitCode: WRONG_USE })),
        RetryStrategy.of(Action.RETRY, Reason.custom({ onStatusReason: 'Host EC2*' })),
        RetryStrategy.of(Action.RETRY, Reason.CANNOT_PULL_CONTAINER),
        RetryStrategy.of(Action.RETRY, Reason.NON_ZERO_EXIT_CODE),
      ],
      timeout: Duration.days(14),
    });
  }

  /** Nodes speak only to one another and to AWS. */
  #createSecurityGroup(network: Network): SecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Nodes of a training: TCP among themselves, HTTPS to AWS endpoints',
      allowAllOutbound: false,
    });
    // NCCL chooses its ports.
    group.connections.allowInternally(Port.allTcp(), 'Gradients and features of other nodes');
    network.admitToEndpoints(group, 'HTTPS from nodes of a training');
    return group;
  }

  #createContainer({ home, image, instanceType }: TrainingProps): EcsEc2ContainerDefinition {
    const { gpus, vcpus, memory } = GPU_INSTANCES[instanceType];
    const logGroup = encryptedLogGroup(this, 'Logs');
    const role = new Role(this, 'JobRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    grantAccess(role, home, {
      readObjects: ['trainingData', 'trainingRuns'],
      writeObjects: ['trainingRuns'],
    });
    const { region } = Stack.of(this);
    return new EcsEc2ContainerDefinition(this, 'Container', {
      image,
      cpu: vcpus,
      gpu: gpus,
      memory: Size.mebibytes(Math.floor(memory * 1_024 * MEMORY_SHARE)),
      user: CONTAINER_USER,
      readonlyRootFilesystem: true,
      // A run is told what to do where it is submitted; without that, it says how.
      command: ['--help'],
      linuxParameters: new LinuxParameters(this, 'Linux', {
        initProcessEnabled: true,
        // The processes of one node hand features to one another by it.
        sharedMemorySize: Size.mebibytes(8_192),
      }),
      jobRole: role,
      executionRole: createExecutionRole(this, 'ExecutionRole', logGroup),
      logging: LogDriver.awsLogs({ streamPrefix: 'training', logGroup }),
      environment: {
        DATA_BUCKET: home.storage.bucket.bucketName,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        NCCL_DEBUG: 'WARN',
      },
      volumes: [EcsVolume.host({ name: 'scratch', containerPath: '/tmp' })],
    });
  }
}
