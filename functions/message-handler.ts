import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * Makes the Lambda handler of messages whose queue buries by itself what failed too often.
 *
 * @param handle handles one message; must be idempotent. What it throws is logged and the message delivered again.
 */
export function messageHandler(
  handle: (body: string, deliveries: number) => Promise<void>,
  log: Logger,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  async function handleRecord({ body, attributes }: SQSRecord): Promise<void> {
    const deliveries = Number(attributes.ApproximateReceiveCount);
    try {
      await handle(body, deliveries);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
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
