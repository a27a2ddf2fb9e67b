import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../../core/ports/index.ts';

function recordOf(message: ReceivedMessage, queue: string): SQSRecord {
  const sent = String(message.sentAt.getTime());
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: sent,
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: sent,
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, stringValue]) => [
        name,
        { stringValue, dataType: 'String' },
      ]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
    awsRegion: 'local',
  };
}

/** Messages as the event that SQS calls a function with. */
export function queueEventOf(messages: readonly ReceivedMessage[], queue: string): SQSEvent {
  return { Records: messages.map((message) => recordOf(message, queue)) };
}
