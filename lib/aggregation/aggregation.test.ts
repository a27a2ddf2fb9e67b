import { describe, expect, it } from 'vitest';
import { permissionsOf, resourceOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe('aggregation', () => {
  it('is called with messages of the results queue and names the failed ones', () => {
    const queue = resourceOf(template, 'AWS::SQS::Queue', 'HomeMessagingResultsQueue');
    const handler = resourceOf(template, 'AWS::Lambda::Function', 'AggregationFunction');
    const mapping = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'AggregationFunction');
    expect(mapping.properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionName: { Ref: handler.id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('has a processor of its own, and more time than a batch of shards takes', () => {
    const { properties } = resourceOf(template, 'AWS::Lambda::Function', 'AggregationFunction');
    const mapping = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'AggregationFunction').properties;
    const queue = resourceOf(template, 'AWS::SQS::Queue', 'HomeMessagingResultsQueue').properties;
    // Lambda gives one processor for each 1,769 MB.
    expect(properties.MemorySize).toBe(1_769);
    // 3.2 to 4.5 core-seconds a shard of 1,000 exams: docs/measurements.md.
    expect(Number(properties.Timeout)).toBeGreaterThan(4.5 * Number(mapping.BatchSize) * 1.2);
    expect(Number(queue.VisibilityTimeout)).toBe(6 * Number(properties.Timeout));
  });

  it('writes exams, events and receipts of jobs, and never touches a photograph', () => {
    const permissions = permissionsOf(template, 'AggregationFunctionRole');
    expect(permissions).toContain('dynamodb:PutItem on HomeStorageExams');
    expect(permissions).toContain('events:PutEvents on HomeMessagingEvents');
    expect(permissions.filter((permission) => permission.startsWith('sqs:SendMessage'))).toEqual([
      // To have pictures made for readers.
      'sqs:SendMessage on HomeMessagingBulkPreparationQueue',
      'sqs:SendMessage on HomeMessagingResultsDeadLetters',
    ]);
    expect(permissions.filter((permission) => permission.includes('images'))).toEqual([]);
    expect(permissions.filter((permission) => permission.startsWith('s3:Put'))).toEqual([
      // Zeros over the features of exams that were erased while they were screened.
      's3:PutObject on HomeStorageData/features/*',
      's3:PutObject on HomeStorageData/jobs/*',
      's3:PutObject on HomeStorageData/results/*',
    ]);
  });
});
