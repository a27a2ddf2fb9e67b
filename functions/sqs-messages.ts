import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../core/ports/index.ts';
import { attributesOf } from './message-attributes.ts';

/** A message of a call by SQS, as a queue that is received from gives it. */
export function messageOf(record: SQSRecord): ReceivedMessage {
  return {
    id: record.messageId,
    receipt: record.receiptHandle,
    body: record.body,
    attributes: attributesOf(record),
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    sentAt: new Date(Number(record.attributes.SentTimestamp)),
  };
}

/** The messages of a call. */
export function messagesOf({ Records }: SQSEvent): readonly ReceivedMessage[] {
  return Records.map(messageOf);
}
