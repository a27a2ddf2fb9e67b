import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { permissionsOf, resourceOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();
const handler = resourceOf(template, 'AWS::Lambda::Function', 'IntakeFunction');

describe('intake', () => {
  it('is called with messages of the intake queue and names the failed ones', () => {
    const queue = resourceOf(template, 'AWS::SQS::Queue', 'HomeMessagingIntakeQueue');
    const mapping = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'IntakeFunction');
    expect(mapping.properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionName: { Ref: handler.id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 50 },
    });
  });

  it('ends long before its messages are delivered again', () => {
    expect(Number(handler.properties.Timeout) * 6).toBeLessThanOrEqual(
      QUEUE_SETTINGS.intake.visibilitySeconds,
    );
  });

  it('runs on Node 24 on Arm, with traces and structured logs', () => {
    expect(handler.properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it('may do what its code does and no more', () => {
    expect(permissionsOf(template, 'IntakeFunctionRole')).toEqual([
      'dynamodb:ConditionCheckItem on HomeStorageExams',
      'dynamodb:GetItem on HomeStorageExams',
      'dynamodb:PutItem on HomeStorageExams',
      'events:PutEvents on HomeMessagingEvents',
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      'logs:CreateLogStream on IntakeFunctionLogs',
      'logs:PutLogEvents on IntakeFunctionLogs',
      's3:DeleteObjectVersion on HomeStorageData/contents/*',
      's3:DeleteObjectVersion on HomeStorageData/moves/*',
      's3:DeleteObjectVersion on HomeStorageData/results/*',
      's3:GetObject on HomeStorageData/contents/*',
      's3:GetObject on HomeStorageData/images/*',
      's3:GetObject on HomeStorageData/models/*',
      's3:GetObject on HomeStorageData/moves/*',
      's3:GetObject on HomeStorageData/programs/*',
      's3:GetObject on HomeStorageData/pseudonyms/*',
      's3:GetObject on HomeStorageData/results/*',
      's3:GetObjectVersion on HomeStorageData/contents/*',
      's3:GetObjectVersion on HomeStorageData/images/*',
      's3:GetObjectVersion on HomeStorageData/models/*',
      's3:GetObjectVersion on HomeStorageData/moves/*',
      's3:GetObjectVersion on HomeStorageData/programs/*',
      's3:GetObjectVersion on HomeStorageData/pseudonyms/*',
      's3:GetObjectVersion on HomeStorageData/results/*',
      's3:ListBucket on HomeStorageData',
      's3:ListBucketVersions on HomeStorageData',
      's3:PutObject on HomeStorageData/contents/*',
      's3:PutObject on HomeStorageData/programs/.register/*',
      's3:PutObject on HomeStorageData/pseudonyms/*',
      's3:PutObject on HomeStorageData/results/*',
      'sqs:ChangeMessageVisibility on HomeMessagingIntakeQueue',
      'sqs:DeleteMessage on HomeMessagingIntakeQueue',
      'sqs:GetQueueAttributes on HomeMessagingIntakeQueue',
      'sqs:GetQueueUrl on HomeMessagingIntakeQueue',
      'sqs:ReceiveMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingIntakeDeadLetters',
      'sqs:SendMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingLiveScreeningQueue',
      'sqs:SendMessage on HomeMessagingPreparationQueue',
      'sqs:SendMessage on HomeMessagingResultsQueue',
      'sqs:SendMessage on HomeMessagingScreeningQueue',
      'xray:PutTelemetryRecords on *',
      'xray:PutTraceSegments on *',
    ]);
  });
});
