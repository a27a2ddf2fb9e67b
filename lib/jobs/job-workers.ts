import { Duration, Size, Stack } from 'aws-cdk-lib';
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
  type JobStateTimeLimitAction,
  JobStateTimeLimitActionsAction,
  JobStateTimeLimitActionsReason,
  JobStateTimeLimitActionsState,
  LinuxParameters,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { type ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PERMANENT_FAULT_EXIT_CODE } from '../../core/jobs/worker-failure.ts';
import {
  createBatchInstanceRole,
  createBatchLaunchTemplate,
  useLatestVersion,
} from '../batch/batch-instances.ts';
import { createExecutionRole } from '../batch/execution-role.ts';
import { GPU_INSTANCES, type GpuInstanceType, highestPricePerHour } from '../batch/gpu-instances.ts';
import { CONTAINER_USER } from '../batch/guarded-metadata.ts';
import { METRICS_NAMESPACE } from '../functions/bundled-function.ts';
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
  readonly gpuInstanceTypes: readonly GpuInstanceType[];
  /** What an hour of one costs, in USD; without it, that of the dearest type on demand in us-east-1. */
  readonly gpuPricePerHour: number | undefined;
  /** Workers on demand, where Spot has no instance; 0: none, such a job waits. */
  readonly onDemandJobWorkers: number;
}

/**
 * An hour of 1 vCPU and 2 GB of Fargate (Linux, x86) in us-east-1, in USD, as of June 2026.
 *
 * @see https://www.factualminds.com/blog/amazon-fargate-ecs-task-pricing-2026/
 * @see https://aws.amazon.com/fargate/pricing/
 */
const FARGATE_PRICE_PER_HOUR = 0.04048 + 2 * 0.004445;
/** The worker's image, and the model. */
const DISK_GIBIBYTES = 80;
/** A worker asks for as many as the smallest instance has. */
const VCPUS = 4;

/**
 * A reclaimed or failed instance, an image that cannot be pulled for the moment, and a worker that died (an exam that ended
 * it thrice is left out) are tried again: the worker goes on shard by shard. What the worker calls permanent ends at once,
 * and so does whatever else: without the last rule Batch would try it again.
 */
const RETRIES = [
  RetryStrategy.of(Action.EXIT, Reason.custom({ onExitCode: String(PERMANENT_FAULT_EXIT_CODE) })),
  // Of reclaimed Spot instances, and of hosts that fail.
  RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
  RetryStrategy.of(Action.RETRY, Reason.CANNOT_PULL_CONTAINER),
  RetryStrategy.of(Action.RETRY, Reason.NON_ZERO_EXIT_CODE),
  RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
];
/** Batch tries no attempt again that took longer, so these are far above what a worker's share of a job takes. */
const SCREEN_TIMEOUT = Duration.days(7);
const RESCORE_TIMEOUT = Duration.days(1);

/**
 * Ends a job that cannot begin, and says why. What no instance can ever fit is known within minutes; capacity may come back, and a
 * job whose other workers are busy must not lose one too early.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html
 */
const STUCK: JobStateTimeLimitAction[] = [
  [JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE, Duration.minutes(10)] as const,
  [JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT, Duration.minutes(10)] as const,
  [JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY, Duration.hours(6)] as const,
].map(([reason, maxTime]) => ({
  action: JobStateTimeLimitActionsAction.CANCEL,
  state: JobStateTimeLimitActionsState.RUNNABLE,
  ...{ reason, maxTime },
}));
const ATTEMPTS = 10;

/** A compute environment, its queue and what runs in it. */
abstract class JobWorkers extends Construct {
  abstract readonly queue: JobQueue;
  abstract readonly definition: EcsJobDefinition;

  /** @param environments the preferred first */
  protected createQueue(...environments: readonly IManagedComputeEnvironment[]): JobQueue {
    return new JobQueue(this, 'Queue', {
      computeEnvironments: environments.map((computeEnvironment, place) => ({
        computeEnvironment,
        order: place + 1,
      })),
      jobStateTimeLimitActions: STUCK,
    });
  }

  /** The role that a worker runs as. */
  protected createJobRole(home: CloudHome, access: HomeAccess): Role {
    const role = new Role(this, 'JobRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    grantAccess(role, home, access);
    return role;
  }
}

/** Screening of jobs: the worker's image on Spot GPU instances. */
export class ScreenWorkers extends JobWorkers {
  readonly queue: JobQueue;
  readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, props: ScreenWorkersProps) {
    super(scope, id);
    const { home, network, image } = props;
    const launchTemplate = createBatchLaunchTemplate(this, 'LaunchTemplate', DISK_GIBIBYTES);
    const shared = {
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.workerSecurityGroup],
      instanceTypes: props.gpuInstanceTypes.map((type) => new InstanceType(type)),
      useOptimalInstanceClasses: false,
      minvCpus: 0,
      images: [{ imageType: EcsMachineImageType.ECS_AL2023_NVIDIA }],
      launchTemplate,
      instanceRole: createBatchInstanceRole(this, 'InstanceRole'),
    };
    const vcpus = Math.max(...props.gpuInstanceTypes.map((type) => GPU_INSTANCES[type].vcpus));
    const spot = new ManagedEc2EcsComputeEnvironment(this, 'Environment', {
      ...shared,
      spot: true,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      maxvCpus: props.maxWorkers * vcpus,
    });
    const environments = [spot];
    if (props.onDemandJobWorkers > 0) {
      environments.push(
        new ManagedEc2EcsComputeEnvironment(this, 'OnDemand', {
          ...shared,
          spot: false,
          allocationStrategy: AllocationStrategy.BEST_FIT_PROGRESSIVE,
          maxvCpus: props.onDemandJobWorkers * vcpus,
        }),
      );
    }
    for (const environment of environments) useLatestVersion(environment, launchTemplate);
    this.queue = this.createQueue(...environments);
    const logGroup = encryptedLogGroup(this, 'Logs');
    const container = new EcsEc2ContainerDefinition(this, 'Container', {
      image,
      cpu: VCPUS,
      gpu: 1,
      memory: Size.mebibytes(12_288),
      user: CONTAINER_USER,
      readonlyRootFilesystem: true,
      // It reaps processes that a worker's threads leave, and hands signals on.
      linuxParameters: new LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      jobRole: this.createJobRole(home, {
        prepared: 'read-and-explain',
        readObjects: ['models', 'heads', 'jobs', 'jobRecords', 'attempts'],
        writeObjects: ['features', 'featureRows', 'jobs', 'attempts'],
        eraseObjects: ['attempts'],
        exams: 'write',
        // It has the pixels made that its exams lack.
        sendTo: ['results', 'intake', 'bulk-preparation'],
      }),
      executionRole: createExecutionRole(this, 'ExecutionRole', logGroup),
      logging: LogDriver.awsLogs({ streamPrefix: 'screen', logGroup }),
      environment: {
        ...home.environment(),
        // Agents older than April 2026 tell no container where it is.
        AWS_REGION: Stack.of(this).region,
        RETCLIP_CACHE: '/tmp/retclip-models',
        POWERTOOLS_SERVICE_NAME: 'gpu-worker',
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        RETCLIP_PRICE_PER_HOUR: String(props.gpuPricePerHour ?? highestPricePerHour(props.gpuInstanceTypes)),
      },
      volumes: [EcsVolume.host({ name: 'scratch', containerPath: '/tmp' })],
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      retryAttempts: ATTEMPTS,
      retryStrategies: RETRIES,
      timeout: SCREEN_TIMEOUT,
    });
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
    const logGroup = encryptedLogGroup(this, 'Logs');
    const container = new EcsFargateContainerDefinition(this, 'Container', {
      image,
      cpu: 1,
      memory: Size.mebibytes(2_048),
      assignPublicIp: false,
      user: CONTAINER_USER,
      readonlyRootFilesystem: true,
      // It reaps processes that a worker's threads leave, and hands signals on.
      linuxParameters: new LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      jobRole: this.createJobRole(home, {
        readObjects: ['features', 'models', 'heads', 'jobs', 'jobRecords'],
        writeObjects: ['jobs'],
        sendTo: ['results'],
      }),
      executionRole: createExecutionRole(this, 'ExecutionRole', logGroup),
      logging: LogDriver.awsLogs({ streamPrefix: 'rescore', logGroup }),
      environment: { ...home.environment(), RETCLIP_PRICE_PER_HOUR: String(FARGATE_PRICE_PER_HOUR) },
    });
    this.definition = new EcsJobDefinition(this, 'Definition', {
      container,
      retryAttempts: ATTEMPTS,
      retryStrategies: RETRIES,
      timeout: RESCORE_TIMEOUT,
    });
  }
}
