import { Size } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsFargateContainerDefinition,
  EcsJobDefinition,
  EcsMachineImageType,
  EcsVolume,
  FargateComputeEnvironment,
  type IManagedComputeEnvironment,
  JobQueue,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import { InstanceType, LaunchTemplate, LaunchTemplateHttpTokens } from 'aws-cdk-lib/aws-ec2';
import { type ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { grantAccess, type HomeAccess } from '../home/access.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import type { Network } from '../network/network.ts';

export interface JobWorkersProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly image: ContainerImage;
  /** Most workers at once. */
  readonly maxWorkers: number;
}

export interface ScreenWorkersProps extends JobWorkersProps {
  /** The preferred first; each has one GPU. */
  readonly gpuInstanceTypes: readonly string[];
}

/** Of an instance of the preferred type on demand in us-east-1, in USD: Spot costs less, so costs told are at most. */
const GPU_PRICE_PER_HOUR = 0.8048;
/** 1 vCPU and 2 GB of Fargate in us-east-1, in USD. */
const FARGATE_PRICE_PER_HOUR = 0.04048 + 2 * 0.004445;
const VCPUS_OF_GPU_INSTANCE = 4;

/** A reclaimed instance costs no attempt that a fault would need: its worker goes on shard by shard. */
const RETRIES = [
  RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
  RetryStrategy.of(Action.RETRY, Reason.CANNOT_PULL_CONTAINER),
  RetryStrategy.of(Action.RETRY, Reason.NON_ZERO_EXIT_CODE),
];
const ATTEMPTS = 10;

/** A compute environment, its queue and what runs in it. */
abstract class JobWorkers extends Construct {
  abstract readonly queue: JobQueue;
  abstract readonly definition: EcsJobDefinition;

  protected createQueue(computeEnvironment: IManagedComputeEnvironment): JobQueue {
    return new JobQueue(this, 'Queue', { computeEnvironments: [{ computeEnvironment, order: 1 }] });
  }

  /** The role that a worker runs as. */
  protected createJobRole(home: CloudHome, access: HomeAccess): Role {
    const role = new Role(this, 'JobRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    grantAccess(role, home, access);
    return role;
  }

  /** The role by which images are pulled and logs written. */
  protected createExecutionRole(logGroup: LogGroup): Role {
    const role = new Role(this, 'ExecutionRole', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'ECR gives its login token for no resource in particular.',
    });
    return role;
  }

  protected createLogs(): LogGroup {
    return encryptedLogGroup(this, 'Logs');
  }
}

/** Screening of jobs: the worker's image on Spot GPU instances. */
export class ScreenWorkers extends JobWorkers {
  readonly queue: JobQueue;
  readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, props: ScreenWorkersProps) {
    super(scope, id);
    const { home, network, image } = props;
    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      requireImdsv2: true,
    });
    const environment = new ManagedEc2EcsComputeEnvironment(this, 'Environment', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.workerSecurityGroup],
      spot: true,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      instanceTypes: props.gpuInstanceTypes.map((type) => new InstanceType(type)),
      useOptimalInstanceClasses: false,
      minvCpus: 0,
      maxvCpus: props.maxWorkers * VCPUS_OF_GPU_INSTANCE,
      images: [{ imageType: EcsMachineImageType.ECS_AL2023_NVIDIA }],
      launchTemplate,
      instanceRole: this.#createInstanceRole(),
    });
    this.queue = this.createQueue(environment);
    const logGroup = this.createLogs();
    const container = new EcsEc2ContainerDefinition(this, 'Container', {
      image,
      cpu: VCPUS_OF_GPU_INSTANCE,
      gpu: 1,
      memory: Size.mebibytes(12_288),
      readonlyRootFilesystem: true,
      jobRole: this.createJobRole(home, {
        readObjects: ['images', 'models', 'heads', 'jobs', 'jobRecords'],
        writeObjects: ['features', 'jobs'],
        exams: 'write',
        sendTo: ['results', 'intake'],
      }),
      executionRole: this.createExecutionRole(logGroup),
      logging: LogDriver.awsLogs({ streamPrefix: 'screen', logGroup }),
      environment: {
        ...home.environment(),
        RETCLIP_CACHE: '/tmp/retclip-models',
        RETCLIP_PRICE_PER_HOUR: String(GPU_PRICE_PER_HOUR),
      },
      volumes: [EcsVolume.host({ name: 'scratch', containerPath: '/tmp' })],
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      retryAttempts: ATTEMPTS,
      retryStrategies: RETRIES,
    });
  }

  /** What the ECS agent of an instance calls. Batch makes its own cluster, whose name is not known beforehand. */
  #createInstanceRole(): Role {
    const role = new Role(this, 'InstanceRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ecs:RegisterContainerInstance',
          'ecs:DeregisterContainerInstance',
          'ecs:SubmitAttachmentStateChanges',
          'ecs:SubmitContainerStateChange',
          'ecs:SubmitTaskStateChange',
          'ecs:Poll',
          'ecs:StartTelemetrySession',
          'ecs:UpdateContainerInstancesState',
          'ecs:DiscoverPollEndpoint',
        ],
        resources: ['*'],
      }),
    );
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'The ECS agent registers with the cluster that Batch makes: its name is not known when the role is made.',
    });
    return role;
  }
}

/** Re-scoring of jobs: a small container on Fargate. */
export class RescoreWorkers extends JobWorkers {
  readonly queue: JobQueue;
  readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, props: JobWorkersProps) {
    super(scope, id);
    const { home, network, image } = props;
    const environment = new FargateComputeEnvironment(this, 'Environment', {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.workerSecurityGroup],
      maxvCpus: props.maxWorkers,
    });
    this.queue = this.createQueue(environment);
    const logGroup = this.createLogs();
    const container = new EcsFargateContainerDefinition(this, 'Container', {
      image,
      cpu: 1,
      memory: Size.mebibytes(2_048),
      assignPublicIp: false,
      readonlyRootFilesystem: true,
      jobRole: this.createJobRole(home, {
        readObjects: ['features', 'models', 'heads', 'jobs', 'jobRecords'],
        writeObjects: ['jobs'],
        sendTo: ['results'],
      }),
      executionRole: this.createExecutionRole(logGroup),
      logging: LogDriver.awsLogs({ streamPrefix: 'rescore', logGroup }),
      environment: { ...home.environment(), RETCLIP_PRICE_PER_HOUR: String(FARGATE_PRICE_PER_HOUR) },
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      retryAttempts: ATTEMPTS,
      retryStrategies: RETRIES,
    });
  }
}
