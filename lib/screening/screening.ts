import { Duration, Size, Stack } from 'aws-cdk-lib';
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Capability,
  type CfnCluster,
  Cluster,
  type ContainerImage,
  ContainerInsights,
  Ec2Service,
  Ec2TaskDefinition,
  LinuxParameters,
  LogDrivers,
  NetworkMode,
  Scope,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { acknowledge } from '../acknowledge.ts';
import { METRICS_NAMESPACE } from '../functions/bundled-function.ts';
import { grantAccess } from '../home/access.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import type { Network } from '../network/network.ts';
import { BacklogScaling, IDLE_TIME } from './backlog-scaling.ts';
import { GpuCapacity } from './gpu-capacity.ts';
import { screeningAccess } from './screening-access.ts';

export interface ScreeningProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly image: ContainerImage;
  readonly gpuInstanceTypes: readonly string[];
  readonly onDemandPercentage: number;
  readonly maxWorkers: number;
  readonly backlogPerWorker: number;
}

const HEALTH_FILE = '/tmp/retclip-alive';

/** The GPU workers: screening queue → ECS service on GPU instances → results queue and features. */
export class Screening extends Construct {
  readonly service: Ec2Service;
  readonly taskDefinition: Ec2TaskDefinition;

  constructor(scope: Construct, id: string, props: ScreeningProps) {
    super(scope, id);
    const { home, network } = props;
    const cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const capacity = new GpuCapacity(this, 'Capacity', {
      cluster,
      network,
      instanceTypes: props.gpuInstanceTypes,
      onDemandPercentage: props.onDemandPercentage,
      maxInstances: props.maxWorkers,
    });
    cluster.addAsgCapacityProvider(capacity.provider);
    this.taskDefinition = this.#createTask(home, props.image);
    this.service = new Ec2Service(this, 'Service', {
      cluster,
      taskDefinition: this.taskDefinition,
      // A deployment waits for no GPU: the backlog sets the count within a minute.
      desiredCount: 0,
      // A worker fills its instance, so an old one has to go before a new one comes.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      circuitBreaker: { enable: true, rollback: true },
      capacityProviderStrategies: [{ capacityProvider: capacity.provider.capacityProviderName, weight: 1 }],
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.workerSecurityGroup],
    });
    this.#allowProtection(cluster);
    new BacklogScaling(this, 'Scaling', {
      service: this.service,
      queue: home.messaging.queues.screening.queue,
      maxWorkers: props.maxWorkers,
      backlogPerWorker: props.backlogPerWorker,
      idleTime: IDLE_TIME,
    });
  }

  /** A worker with exams in hand asks ECS not to stop it: gpu-worker/task-protection.ts. */
  #allowProtection(cluster: Cluster): void {
    const resource = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${cluster.clusterName}/*`,
    });
    const { taskRole } = this.taskDefinition;
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ecs:UpdateTaskProtection'], resources: [resource] }),
    );
    const clusterId = Stack.of(this).getLogicalId(cluster.node.defaultChild as CfnCluster);
    acknowledge(taskRole, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task/<${clusterId}>/*]`]:
        'The tasks of one cluster: they are started later, each with a name of its own.',
    });
  }

  #createTask(home: CloudHome, image: ContainerImage): Ec2TaskDefinition {
    const task = new Ec2TaskDefinition(this, 'Task', { networkMode: NetworkMode.AWS_VPC });
    const linuxParameters = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);
    const container = task.addContainer('worker', {
      image,
      gpuCount: 1,
      memoryReservationMiB: 12_288,
      memoryLimitMiB: 14_336,
      // The root file system is read-only; models and what libraries keep go to a volume that ends with the task.
      readonlyRootFilesystem: true,
      dockerSecurityOptions: ['no-new-privileges'],
      linuxParameters,
      // The worker hands everything back within 30 s; a reclaimed Spot instance gives 120 s.
      stopTimeout: Duration.seconds(60),
      environment: {
        ...home.environment(),
        // Agents older than April 2026 tell no container where it is.
        AWS_REGION: Stack.of(this).region,
        RETCLIP_VISIBILITY: String(QUEUE_SETTINGS.screening.visibilitySeconds),
        RETCLIP_CACHE: '/tmp/retclip-models',
        RETCLIP_HEALTH_FILE: HEALTH_FILE,
        POWERTOOLS_SERVICE_NAME: 'gpu-worker',
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
      healthCheck: {
        // Touched every 10 s by a worker whose event loop turns.
        command: ['CMD-SHELL', `test -n "$(find ${HEALTH_FILE} -mmin -1)"`],
        interval: Duration.seconds(30),
        retries: 3,
        // A worker first fetches and loads its model.
        startPeriod: Duration.seconds(300),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: 'worker',
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
        logGroup: encryptedLogGroup(this, 'Logs'),
      }),
    });
    task.addVolume({ name: 'scratch', dockerVolumeConfiguration: { scope: Scope.TASK, driver: 'local' } });
    container.addMountPoints({ sourceVolume: 'scratch', containerPath: '/tmp', readOnly: false });
    grantAccess(task.taskRole, home, screeningAccess(['screening']));
    acknowledge(task, {
      'AwsSolutions-ECS2': 'The variables are names and sizes; the worker has no secret.',
    });
    acknowledge(task.obtainExecutionRole(), {
      'AwsSolutions-IAM5[Resource::*]': 'ECR gives its login token for no resource in particular.',
    });
    return task;
  }
}
