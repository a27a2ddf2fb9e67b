import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { QUEUE_SETTINGS, type QueueName } from '../../core/messages/queues.ts';

/** A message is on loan for six times as long as its function may run: throttled calls do not use up deliveries. */
const LOAN_TO_TIMEOUT = 6;

/** How long a function that consumes a queue may run. */
export function consumerTimeout(queue: QueueName): Duration {
  return Duration.seconds(Math.floor(QUEUE_SETTINGS[queue].visibilitySeconds / LOAN_TO_TIMEOUT));
}

/**
 * Calls a function with a queue's messages, in partial batch responses.
 *
 * @param maxConcurrency most calls at once. It bounds the function instead of reserved concurrency, which would take
 *   from the account's quota (10 in a new account) and turn excess calls into failed deliveries.
 */
export function consume(target: IFunction, queue: IQueue, maxConcurrency: number, batchSize = 10): void {
  target.addEventSource(
    new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true, maxConcurrency }),
  );
}
