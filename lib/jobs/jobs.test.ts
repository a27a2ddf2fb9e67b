import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { titleOf } from '../messaging/messaging.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize({ maxWorkers: '3', maxRescoreWorkers: '5' });

/** Permissions besides those that every function has. */
function permissions(role: string): readonly string[] {
  return permissionsOf(template, role).filter((line) => !/^(?:logs|xray):/.test(line));
}

describe('jobs', () => {
  it('are planned when their record appears, and schedules followed when they change', () => {
    const bucket = resourceOf(template, 'AWS::S3::Bucket', 'HomeStorageData');
    const { QueueConfigurations } = bucket.properties.NotificationConfiguration as {
      QueueConfigurations: { Queue: unknown; Filter: { S3Key: { Rules: { Value: string }[] } } }[];
    };
    const announced = QueueConfigurations.map(
      ({ Queue, Filter }) => `${Filter.S3Key.Rules[0]?.Value} to ${nameOf(Queue)}`,
    );
    expect(announced).toEqual([
      'images/ to HomeMessagingPreparationQueue',
      'job-records/ to JobsStartsQueue',
      'job-schedules/ to JobsStartsQueue',
    ]);
    const mapping = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'JobsPlanFunction');
    expect(nameOf(mapping.properties.EventSourceArn)).toBe('JobsStartsQueue');
    expect(mapping.properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('end when Batch has no worker left for them; children of an array do not end them', () => {
    const rule = resourceOf(template, 'AWS::Events::Rule', 'JobsEnded');
    const pattern = rule.properties.EventPattern as { detail: Record<string, unknown> };
    expect(pattern.detail).toMatchObject({
      status: ['SUCCEEDED', 'FAILED'],
      arrayProperties: { index: [{ exists: false }] },
    });
    expect((pattern.detail.jobQueue as unknown[]).map(nameOf)).toEqual([
      'JobsScreenQueue',
      'JobsRescoreQueue',
    ]);
    const mapping = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'JobsFinishFunction');
    expect(nameOf(mapping.properties.EventSourceArn)).toBe('JobsEndsQueue');
  });

  it.each(['Starts', 'Ends'])('lose no message of queue %s: what fails goes to its dead letters', (name) => {
    const queue = resourceOf(template, 'AWS::SQS::Queue', `Jobs${name}Queue`);
    const { deadLetterTargetArn } = queue.properties.RedrivePolicy as { deadLetterTargetArn: unknown };
    expect(nameOf(deadLetterTargetArn)).toBe(`Jobs${name}DeadLetters`);
  });

  it('screen on Spot instances with a GPU, which go when there is nothing to do', () => {
    const { properties } = resourceOf(template, 'AWS::Batch::ComputeEnvironment', 'JobsScreenEnvironment');
    expect(properties.ComputeResources).toMatchObject({
      Type: 'SPOT',
      MinvCpus: 0,
      MaxvCpus: 12,
      InstanceTypes: ['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge'],
      Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
    });
    const definition = resourceOf(template, 'AWS::Batch::JobDefinition', 'JobsScreen');
    expect(JSON.stringify(definition.properties)).toContain('retclip-worker');
    expect(definition.properties.ContainerProperties).toMatchObject({
      ReadonlyRootFilesystem: true,
      ResourceRequirements: expect.arrayContaining([{ Type: 'GPU', Value: '1' }]),
    });
  });

  it('are measured where the metrics of all workers are', () => {
    const { properties } = resourceOf(template, 'AWS::Batch::JobDefinition', 'JobsScreen');
    const { Environment } = properties.ContainerProperties as { Environment: object[] };
    expect(Environment).toContainEqual({ Name: 'POWERTOOLS_METRICS_NAMESPACE', Value: 'retclip-screening' });
    expect(Environment).toContainEqual({ Name: 'POWERTOOLS_SERVICE_NAME', Value: 'gpu-worker' });
  });

  it('cost no more than they tell: the price is that of the dearest type, or what the deployment says', () => {
    const priceOf = (one: typeof template) => {
      const { properties } = resourceOf(one, 'AWS::Batch::JobDefinition', 'JobsScreen');
      const { Environment } = properties.ContainerProperties as {
        Environment: { Name: string; Value: string }[];
      };
      return Environment.find(({ Name }) => Name === 'RETCLIP_PRICE_PER_HOUR')?.Value;
    };
    expect(priceOf(template)).toBe('1.006');
    expect(priceOf(synthesize({ gpuPricePerHour: '0.31' }).template)).toBe('0.31');
  });

  it('have processors for as many workers on the largest of the types', () => {
    const { template: large } = synthesize({ maxWorkers: '2', gpuInstanceTypes: 'g6.xlarge,g6.4xlarge' });
    const { properties } = resourceOf(large, 'AWS::Batch::ComputeEnvironment', 'JobsScreenEnvironment');
    expect(properties.ComputeResources).toMatchObject({ MaxvCpus: 32 });
  });

  it('re-score on Fargate, in the same network without a way to the internet', () => {
    const { properties } = resourceOf(template, 'AWS::Batch::ComputeEnvironment', 'JobsRescore');
    expect(properties.ComputeResources).toMatchObject({ Type: 'FARGATE', MaxvCpus: 5 });
    const definition = resourceOf(template, 'AWS::Batch::JobDefinition', 'JobsRescore');
    expect(definition.properties).toMatchObject({
      PlatformCapabilities: ['FARGATE'],
      ContainerProperties: { NetworkConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('are tried again when a Spot instance is reclaimed', () => {
    for (const { properties } of resourcesOf(template, 'AWS::Batch::JobDefinition')) {
      expect(properties.RetryStrategy).toMatchObject({
        Attempts: 10,
        EvaluateOnExit: expect.arrayContaining([{ Action: 'RETRY', OnStatusReason: 'Host EC2*' }]),
      });
    }
  });

  const batchOf = (kind: 'JobQueue' | 'JobDefinition', id: string) =>
    resourceOf(template, `AWS::Batch::${kind}`, id).properties;

  it('are tried again where it helps and in no other case: not what a worker calls permanent', () => {
    for (const id of ['JobsScreen', 'JobsRescore']) {
      const { EvaluateOnExit } = batchOf('JobDefinition', id).RetryStrategy as { EvaluateOnExit: unknown[] };
      expect(EvaluateOnExit, id).toEqual([
        { Action: 'EXIT', OnExitCode: '78' },
        { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
        { Action: 'RETRY', OnReason: 'CannotPullContainerError:*' },
        { Action: 'RETRY', OnExitCode: '*' },
        // Batch tries again what no rule speaks of.
        { Action: 'EXIT', OnReason: '*' },
      ]);
    }
  });

  it('end an attempt that hangs, and have a first process that hands signals on', () => {
    expect(batchOf('JobDefinition', 'JobsScreen')).toMatchObject({
      Timeout: { AttemptDurationSeconds: 7 * 86_400 },
      ContainerProperties: { LinuxParameters: { InitProcessEnabled: true } },
    });
    expect(batchOf('JobDefinition', 'JobsRescore')).toMatchObject({
      Timeout: { AttemptDurationSeconds: 86_400 },
    });
  });

  it.each(['JobsScreen', 'JobsRescore'])('that cannot begin end and say why: %s', (id) => {
    const action = { Action: 'CANCEL', State: 'RUNNABLE' };
    expect(batchOf('JobQueue', id).JobStateTimeLimitActions).toEqual([
      { ...action, MaxTimeSeconds: 600, Reason: 'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE' },
      { ...action, MaxTimeSeconds: 600, Reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT' },
      { ...action, MaxTimeSeconds: 21_600, Reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY' },
    ]);
  });

  it('find an instance on demand where Spot has none, unless the deployment says otherwise', () => {
    const orderOf = (one: typeof template) => {
      const { properties } = resourceOf(one, 'AWS::Batch::JobQueue', 'JobsScreen');
      const order = properties.ComputeEnvironmentOrder as { ComputeEnvironment: unknown; Order: number }[];
      return order.map(({ ComputeEnvironment, Order }) => `${Order} ${nameOf(ComputeEnvironment)}`);
    };
    expect(orderOf(template)).toEqual(['1 JobsScreenEnvironment', '2 JobsScreenOnDemand']);
    const { properties } = resourceOf(template, 'AWS::Batch::ComputeEnvironment', 'JobsScreenOnDemand');
    expect(properties.ComputeResources).toMatchObject({ Type: 'EC2', MinvCpus: 0, MaxvCpus: 4 });
    expect(orderOf(synthesize({ onDemandJobWorkers: '0' }).template)).toEqual(['1 JobsScreenEnvironment']);
  });

  it('run on instances by the version of the launch template that was deployed with them', () => {
    const environments = resourcesOf(
      synthesize({ trainingNodes: '2', trainingImage: 'training:1' }).template,
      'AWS::Batch::ComputeEnvironment',
    ).filter(({ id }) => !id.startsWith('JobsRescore'));
    expect(environments).toHaveLength(3);
    for (const { id, properties } of environments) {
      const { LaunchTemplate } = properties.ComputeResources as {
        LaunchTemplate: { LaunchTemplateId: { Ref: string }; Version: unknown };
      };
      expect(LaunchTemplate.Version, id).toEqual({
        'Fn::GetAtt': [LaunchTemplate.LaunchTemplateId.Ref, 'LatestVersionNumber'],
      });
    }
  });

  it('give each role what its code does, and no more', () => {
    expect(permissions('JobsRescoreJobRole').filter((line) => !line.startsWith('s3:Get'))).toEqual([
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      's3:ListBucket on HomeStorageData',
      's3:PutObject on HomeStorageData/jobs/*',
      'sqs:SendMessage on HomeMessagingResultsQueue',
    ]);
    const screener = permissions('JobsScreenJobRole');
    expect(screener.filter((line) => line.startsWith('sqs:'))).toEqual([
      'sqs:SendMessage on HomeMessagingBulkPreparationQueue',
      'sqs:SendMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingResultsQueue',
    ]);
    // It opens no photograph, and adds evidence maps: pixels are not to be written over.
    expect(screener.filter((line) => /Prepared|images/.test(line))).toEqual([
      's3:GetObject on HomeStoragePrepared/prepared/*',
      's3:ListBucket on HomeStoragePrepared',
      's3:PutObject on HomeStoragePrepared/prepared/*/evidence-1-*',
    ]);
    const planner = permissions('JobsPlanFunctionRole');
    expect(planner.filter((line) => line.startsWith('batch:'))).toEqual([
      'batch:SubmitJob on JobsRescoreDefinition',
      'batch:SubmitJob on JobsRescoreQueue',
      'batch:SubmitJob on JobsScreenDefinition',
      'batch:SubmitJob on JobsScreenQueue',
    ]);
    expect(planner).toContain('iam:PassRole on JobsSchedulerRole');
    expect(planner.filter((line) => /dynamodb:(?:Put|Delete)/.test(line))).toEqual([]);
    expect(permissions('JobsFinishFunctionRole').filter((line) => line.startsWith('s3:Put'))).toEqual([
      's3:PutObject on HomeStorageData/job-reports/*',
    ]);
    const letters = QUEUE_NAMES.map(
      (name) => `sqs:ReceiveMessage on HomeMessaging${titleOf(name)}DeadLetters`,
    );
    expect(permissions('JobsFinishFunctionRole')).toEqual(expect.arrayContaining(letters));
    expect(planner.filter((line) => line.startsWith('sqs:SendMessage'))).toEqual([
      'sqs:SendMessage on HomeMessagingBulkPreparationQueue',
      'sqs:SendMessage on JobsStartsDeadLetters',
      'sqs:SendMessage on JobsStartsQueue',
    ]);
    expect(planner.filter((line) => /^sqs:GetQueueAttributes/.test(line))).toEqual(
      expect.arrayContaining([
        'sqs:GetQueueAttributes on HomeMessagingBulkPreparationQueue',
        'sqs:GetQueueAttributes on HomeMessagingIntakeQueue',
      ]),
    );
    // It looks for pixels; it makes and removes none.
    expect(planner.filter((line) => /Prepared/.test(line))).toEqual([
      's3:GetObject on HomeStoragePrepared/prepared/*',
      's3:ListBucket on HomeStoragePrepared',
    ]);
    expect(permissions('JobsFinishFunctionRole')).toContain('sqs:SendMessage on JobsEndsDeadLetters');
    expect(permissions('JobsFinishFunctionRole')).toContain('batch:ListJobs on *');
    expect(permissions('JobsSchedulerRole')).toEqual([
      'sqs:SendMessage on JobsStartsDeadLetters',
      'sqs:SendMessage on JobsStartsQueue',
    ]);
  });
});
