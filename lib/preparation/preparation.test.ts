import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize({ maxPreparations: '7', maxBulkPreparations: '30' });
const handler = resourceOf(template, 'AWS::Lambda::Function', 'PreparationFunction');
const ROLE = 'PreparationFunctionRole';

describe('preparation', () => {
  it('is an image of its own, with two processors', () => {
    expect(handler.properties).toMatchObject({
      PackageType: 'Image',
      Architectures: ['arm64'],
      // Lambda gives a processor for each 1,769 MB.
      MemorySize: 3_538,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
    const { ImageUri } = handler.properties.Code as { ImageUri: unknown };
    expect(nameOf(ImageUri)).toMatch(/\/retclip-prepare:1$/);
  });

  it('is called for each of its queues with a bound of its own, and names the failed messages', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(({ id }) =>
      id.startsWith('Preparation'),
    );
    const bounds = mappings.map(({ properties }) => {
      const { EventSourceArn, FunctionName, FunctionResponseTypes, ScalingConfig, BatchSize } = properties;
      expect(FunctionName).toEqual({ Ref: handler.id });
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      return [nameOf(EventSourceArn), ScalingConfig, BatchSize];
    });
    expect(bounds).toEqual([
      ['HomeMessagingPreparationQueue', { MaximumConcurrency: 7 }, 4],
      ['HomeMessagingBulkPreparationQueue', { MaximumConcurrency: 30 }, 4],
    ]);
    expect(handler.properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('is told which queue is that of jobs', () => {
    const { Variables } = handler.properties.Environment as { Variables: Record<string, unknown> };
    expect(nameOf(Variables.BULK_PREPARATION_QUEUE_ARN)).toBe('HomeMessagingBulkPreparationQueue');
  });

  it.each(['preparation', 'bulk-preparation'] as const)(
    'ends long before messages of queue %s are delivered again',
    (name) => {
      expect(Number(handler.properties.Timeout)).toBe(120);
      expect(Number(handler.properties.Timeout) * 6).toBeLessThanOrEqual(
        QUEUE_SETTINGS[name].visibilitySeconds,
      );
    },
  );

  it('may do what its code does and no more: no table, no events', () => {
    expect(permissionsOf(template, ROLE)).toEqual([
      'ec2:AssignPrivateIpAddresses on *',
      'ec2:CreateNetworkInterface on *',
      'ec2:DeleteNetworkInterface on *',
      'ec2:DescribeNetworkInterfaces on *',
      'ec2:DescribeSubnets on *',
      'ec2:UnassignPrivateIpAddresses on *',
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      'logs:CreateLogStream on PreparationFunctionLogs',
      'logs:PutLogEvents on PreparationFunctionLogs',
      's3:DeleteObject on HomeStoragePrepared/prepared/*',
      's3:GetObject on HomeStorageData/images/*',
      's3:GetObject on HomeStorageData/models/*',
      's3:GetObject on HomeStoragePrepared/prepared/*',
      's3:GetObjectVersion on HomeStorageData/images/*',
      's3:GetObjectVersion on HomeStorageData/models/*',
      's3:ListBucket on HomeStorageData',
      's3:ListBucket on HomeStoragePrepared',
      's3:PutObject on HomeStoragePrepared/prepared/*',
      'sqs:ChangeMessageVisibility on HomeMessagingBulkPreparationQueue',
      'sqs:ChangeMessageVisibility on HomeMessagingPreparationQueue',
      'sqs:DeleteMessage on HomeMessagingBulkPreparationQueue',
      'sqs:DeleteMessage on HomeMessagingPreparationQueue',
      'sqs:GetQueueAttributes on HomeMessagingBulkPreparationQueue',
      'sqs:GetQueueAttributes on HomeMessagingPreparationQueue',
      'sqs:GetQueueUrl on HomeMessagingBulkPreparationQueue',
      'sqs:GetQueueUrl on HomeMessagingPreparationQueue',
      'sqs:ReceiveMessage on HomeMessagingBulkPreparationQueue',
      'sqs:ReceiveMessage on HomeMessagingPreparationQueue',
      'sqs:SendMessage on HomeMessagingBulkPreparationDeadLetters',
      'sqs:SendMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingPreparationDeadLetters',
      'xray:PutTelemetryRecords on *',
      'xray:PutTraceSegments on *',
    ]);
  });

  it('makes no network interface by its own code: Lambda does, which names no function then', () => {
    const statements = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(({ id }) => id.startsWith(ROLE))
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter(({ actions }) => actions.some((action) => action.startsWith('ec2:')));
    expect(statements).toHaveLength(1);
    expect(statements[0]?.condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'true' } });
  });
});

describe('the network of preparation', () => {
  const { SecurityGroupIds, SubnetIds } = handler.properties.VpcConfig as {
    SecurityGroupIds: unknown[];
    SubnetIds: { Ref: string }[];
  };

  it('is that of the workers, without a way to the internet', () => {
    expect(SubnetIds).toHaveLength(2);
    for (const { Ref } of SubnetIds) {
      const subnet = resourcesOf(template, 'AWS::EC2::Subnet').find(({ id }) => id === Ref);
      expect(subnet?.properties.MapPublicIpOnLaunch).toBe(false);
    }
    expect(resourcesOf(template, 'AWS::EC2::Route')).toEqual([]);
  });

  it('lets nothing in, and leads to the endpoint of SQS beside those of S3 and the table', () => {
    expect(SecurityGroupIds.map(nameOf)).toEqual(['PreparationSecurityGroup']);
    const group = resourceOf(template, 'AWS::EC2::SecurityGroup', 'PreparationSecurityGroup');
    expect(group.properties.SecurityGroupIngress).toBeUndefined();
    expect(group.properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]);
    const admitting = resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').filter(
      ({ properties }) => nameOf(properties.SourceSecurityGroupId) === 'PreparationSecurityGroup',
    );
    expect(admitting.map(({ properties }) => nameOf(properties.GroupId))).toEqual([
      'NetworkQueuesSecurityGroup',
    ]);
    const reached = resourcesOf(template, 'AWS::EC2::VPCEndpoint').filter(({ properties }) =>
      ((properties.SecurityGroupIds ?? []) as unknown[]).map(nameOf).includes('NetworkQueuesSecurityGroup'),
    );
    expect(reached.map(({ properties }) => nameOf(properties.ServiceName).split('.').at(-1))).toEqual([
      'sqs',
    ]);
  });
});
