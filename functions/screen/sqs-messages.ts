import type { SQSEvent } from 'aws-lambda';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { attributesOf } from '../message-attributes.ts';

/** The messages of a call by SQS, as a queue that is received from gives them. */
export function messagesOf({ Records }: SQSEvent): readonly ReceivedMessage[] {
  return Records.map((record) => ({
    id: record.messageId,
    receipt: record.receiptHandle,
    body: record.body,
    attributes: attributesOf(record),
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    sentAt: new Date(Number(record.attributes.SentTimestamp)),
  }));
}
