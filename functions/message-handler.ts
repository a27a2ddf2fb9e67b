import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendToDeadLetters } from '../core/dead-letters/send-to-dead-letters.ts';
import { InvalidInputError, reasonOf } from '../core/errors.ts';
import type { JobQueueName } from '../core/messages/queues.ts';
import type { WorkQueue } from '../core/ports/index.ts';

/** Where messages go at once that can never be handled. */
export interface Burial {
  readonly source: JobQueueName;
  readonly deadLetters: WorkQueue;
}

/**
 * Makes the Lambda handler of messages whose queue buries by itself what failed too often. What can never be handled goes
 * to the dead letters at once, with its reason.
 *
 * @param handle handles one message; must be idempotent. An `InvalidInputError` buries the message; for whatever else it
 * throws the message is delivered again.
 */
export function messageHandler(
  handle: (body: string, deliveries: number) => Promise<void>,
  log: Pick<Logger, 'addContext' | 'error' | 'warn'>,
  { source, deadLetters }: Burial,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  async function handleRecord(record: SQSRecord): Promise<void> {
    const { body, attributes } = record;
    const deliveries = Number(attributes.ApproximateReceiveCount);
    try {
      await handle(body, deliveries);
    } catch (error) {
      const reason = reasonOf(error);
      if (error instanceof InvalidInputError) {
        log.error(`A message of queue ${source} goes to the dead letters`, { reason });
        await sendToDeadLetters(deadLetters, source, { body }, reason);
        return;
      }
      log.warn('A message failed and will be delivered again', { reason, deliveries });
      throw error;
    }
  }
  return (event, context) => {
    log.addContext(context);
    return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
      throwOnFullBatchFailure: false,
    });
  };
}
