import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IJobQueue } from 'aws-cdk-lib/aws-batch';
import type { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { JOB_RECORDS_PREFIX, JOB_SCHEDULES_PREFIX } from '../../core/jobs/job-keys.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { acknowledge } from '../acknowledge.ts';
import type { GpuInstanceType } from '../batch/gpu-instances.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { QueueWithDeadLetters } from '../messaging/queue-with-dead-letters.ts';
import type { Network } from '../network/network.ts';
import { ENDS_QUEUE, FINISH_SECONDS, PLAN_SECONDS, STARTS_QUEUE } from './job-queues.ts';
import { RescoreWorkers, ScreenWorkers } from './job-workers.ts';

export interface JobsProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly workerImage: ContainerImage;
  readonly rescoreImage: ContainerImage;
  readonly gpuInstanceTypes: readonly GpuInstanceType[];
  /** What an hour of a GPU instance costs, in USD. */
  readonly gpuPricePerHour?: number | undefined;
  /** Most GPU workers of jobs at once. */
  readonly maxWorkers: number;
  /** GPU workers of jobs on demand, where Spot has none. */
  readonly onDemandJobWorkers: number;
  /** Most re-scoring workers at once. */
  readonly maxRescoreWorkers: number;
}

/**
 * Population jobs: a new job's record in the bucket → plan-job → AWS Batch → results queue; the end of Batch → finish-job.
 * Before a GPU is asked for, plan-job has the images prepared that lack pixels: bulk preparation, and a look now and then.
 * Schedules → EventBridge Scheduler → plan-job.
 */
export class Jobs extends Construct {
  readonly starts: QueueWithDeadLetters;
  readonly ends: QueueWithDeadLetters;
  readonly planner: HomeFunction;
  readonly finisher: HomeFunction;
  /** Where Batch jobs wait. */
  readonly batchQueues: readonly IJobQueue[];

  constructor(scope: Construct, id: string, props: JobsProps) {
    super(scope, id);
    const { home, network } = props;
    this.starts = new QueueWithDeadLetters(this, 'Starts', { settings: STARTS_QUEUE });
    this.ends = new QueueWithDeadLetters(this, 'Ends', { settings: ENDS_QUEUE });
    home.storage.announce([JOB_RECORDS_PREFIX, JOB_SCHEDULES_PREFIX], this.starts.queue);
    const screen = new ScreenWorkers(this, 'Screen', {
      ...props,
      gpuPricePerHour: props.gpuPricePerHour,
      image: props.workerImage,
    });
    const rescore = new RescoreWorkers(this, 'Rescore', {
      ...{ home, network, image: props.rescoreImage },
      maxWorkers: props.maxRescoreWorkers,
    });
    const schedulerRole = this.#createSchedulerRole();
    const group = new ScheduleGroup(this, 'Schedules', {
      // Kept under its name, it would be in the way of the next deployment; what it holds is made of records in the bucket.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.planner = new HomeFunction(this, 'PlanFunction', {
      folder: 'plan-job',
      home,
      access: {
        readObjects: [
          ...(['models', 'heads', 'programs', 'jobs', 'jobRecords', 'jobReports'] as const),
          ...(['jobSchedules', 'jobManifests'] as const),
        ],
        writeObjects: ['heads', 'jobs', 'jobRecords', 'jobReports'],
        exams: 'list',
        // It has the pixels made that a screening lacks, and looks whether they are there.
        prepared: 'read',
        sendTo: ['bulk-preparation'],
        // Whether anything of what it asked for is still to come.
        measure: ['bulk-preparation', 'intake'],
        publishEvents: true,
      },
      timeout: Duration.seconds(PLAN_SECONDS),
      memoryMegabytes: 1_024,
      variables: {
        SCREEN_JOB_QUEUE: screen.queue.jobQueueArn,
        SCREEN_JOB_DEFINITION: screen.definition.jobDefinitionArn,
        SCREEN_WORKERS: String(props.maxWorkers),
        RESCORE_JOB_QUEUE: rescore.queue.jobQueueArn,
        RESCORE_JOB_DEFINITION: rescore.definition.jobDefinitionArn,
        RESCORE_WORKERS: String(props.maxRescoreWorkers),
        JOB_STARTS_URL: this.starts.queue.queueUrl,
        JOB_DEAD_LETTERS_URL: this.starts.deadLetters.queueUrl,
        SCHEDULE_GROUP: group.scheduleGroupName,
        SCHEDULE_QUEUE_ARN: this.starts.queue.queueArn,
        SCHEDULE_DEAD_LETTERS_ARN: this.starts.deadLetters.queueArn,
        SCHEDULE_ROLE_ARN: schedulerRole.roleArn,
      },
    });
    this.#allowPlanner(screen, rescore, group, schedulerRole);
    this.planner.addEventSource(
      new SqsEventSource(this.starts.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: 5,
      }),
    );
    this.finisher = new HomeFunction(this, 'FinishFunction', {
      folder: 'finish-job',
      home,
      access: {
        readObjects: ['jobs', 'jobRecords', 'jobReports'],
        writeObjects: ['jobReports'],
        // What a job that has ended was made of.
        eraseObjects: ['jobs'],
        redrive: QUEUE_NAMES,
        publishEvents: true,
      },
      timeout: Duration.seconds(FINISH_SECONDS),
      memoryMegabytes: 512,
      variables: { JOB_DEAD_LETTERS_URL: this.ends.deadLetters.queueUrl },
    });
    this.#allowBurying(this.planner, this.starts);
    this.#allowWaiting();
    this.#allowAsking();
    this.#allowBurying(this.finisher, this.ends);
    this.finisher.addEventSource(
      new SqsEventSource(this.ends.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    this.batchQueues = [screen.queue, rescore.queue];
    this.#tellEnds(this.batchQueues.map(({ jobQueueArn }) => jobQueueArn));
  }

  /** The scheduler tells the planner's queue which schedule is due, and buries there what it cannot tell. */
  #createSchedulerRole(): Role {
    const role = new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.starts.queue.queueArn, this.starts.deadLetters.queueArn],
      }),
    );
    return role;
  }

  #allowPlanner(
    screen: ScreenWorkers,
    rescore: RescoreWorkers,
    group: ScheduleGroup,
    schedulerRole: Role,
  ): void {
    const role = this.planner.executionRole;
    const { partition, region, account } = Stack.of(this);
    const schedules = `arn:${partition}:scheduler:${region}:${account}:schedule/${group.scheduleGroupName}/*`;
    for (const statement of [
      new PolicyStatement({
        actions: ['batch:SubmitJob'],
        resources: [screen, rescore].flatMap(({ queue, definition }) => [
          queue.jobQueueArn,
          definition.jobDefinitionArn,
        ]),
      }),
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
        resources: [schedules],
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [schedulerRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ]) {
      role.addToPolicy(statement);
    }
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${group.scheduleGroupName}/*]`]:
        'The schedules of one group: they are made by operators later.',
    });
  }

  /** While a job's images are prepared, a delayed message has the planner look at it again. */
  #allowWaiting(): void {
    this.planner.executionRole.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.starts.queue.queueArn] }),
    );
  }

  /** Why the workers of a job have failed. */
  #allowAsking(): void {
    const { executionRole } = this.finisher;
    executionRole.addToPolicy(new PolicyStatement({ actions: ['batch:ListJobs'], resources: ['*'] }));
    acknowledge(executionRole, {
      'AwsSolutions-IAM5[Resource::*]':
        'AWS Batch lists jobs for no resource in particular, as X-Ray takes trace segments.',
    });
  }

  /** What can never be handled is buried at once, with its reason. */
  #allowBurying({ executionRole }: HomeFunction, { deadLetters }: QueueWithDeadLetters): void {
    executionRole.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
  }

  /** Batch tells of whole jobs, not of the children of an array. */
  #tellEnds(jobQueues: readonly string[]): void {
    new Rule(this, 'Ended', {
      description: 'A population job has no worker left',
      eventPattern: {
        source: ['aws.batch'],
        detailType: ['Batch Job State Change'],
        detail: {
          status: ['SUCCEEDED', 'FAILED'],
          jobQueue: [...jobQueues],
          arrayProperties: { index: [{ exists: false }] },
        },
      },
      targets: [new SqsQueue(this.ends.queue, { deadLetterQueue: this.ends.deadLetters })],
    });
  }
}
