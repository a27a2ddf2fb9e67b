import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { subjectOfMessage } from '../core/dead-letters/message-subject.ts';
import { sendToDeadLetters } from '../core/dead-letters/send-to-dead-letters.ts';
import { InvalidInputError } from '../core/errors.ts';
import { QUEUE_SETTINGS, type QueueName } from '../core/messages/queues.ts';
import type { WorkQueue } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import { attributesOf } from './message-attributes.ts';

/** What a function that consumes a queue is made of. */
export interface QueueConsumer {
  readonly source: QueueName;
  readonly deadLetters: WorkQueue;
  readonly log: Log;
  readonly counters: Counters;
  /**
   * Handles one message's body; must be idempotent.
   *
   * @param deliveries how often the message was delivered, this time included
   */
  handle(body: string, deliveries: number): Promise<void>;
}

/** A function called with the events that SQS sends. Messages that it names as failed are delivered again. */
export type QueueFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

/**
 * Makes a queue function of a handler of single messages, with partial batch responses.
 *
 * ```
 * handled ───────────────────────────────▶ deleted by the queue
 * invalid, retrying cannot help ─────────▶ dead letters with the reason, at once
 * any other fault, deliveries left ──────▶ named as failed: delivered again
 * any other fault, last delivery ────────▶ dead letters with the reason
 * ```
 */
export function consumeQueue(consumer: QueueConsumer): QueueFunction {
  const { source, deadLetters, log, counters } = consumer;

  async function bury(record: SQSRecord, error: Error): Promise<void> {
    const exam = subjectOfMessage(record.body).name;
    log.error(`A message of queue ${source} goes to the dead letters`, { exam, reason: error.message });
    counters.add('MessageDeadLettered', 1);
    const message = { body: record.body, attributes: attributesOf(record) };
    await sendToDeadLetters(deadLetters, source, message, error.message);
  }

  async function handleRecord(record: SQSRecord): Promise<void> {
    const deliveries = Number(record.attributes.ApproximateReceiveCount);
    try {
      await consumer.handle(record.body, deliveries);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error instanceof InvalidInputError || deliveries >= QUEUE_SETTINGS[source].maxReceiveCount) {
        await bury(record, error);
        return;
      }
      log.warn(`A message of queue ${source} failed and will be delivered again`, {
        exam: subjectOfMessage(record.body).name,
        reason: error.message,
        deliveries,
      });
      throw error;
    }
  }

  return (event) =>
    processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
      throwOnFullBatchFailure: false,
    });
}
