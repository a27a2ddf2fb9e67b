import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type {
  OutgoingMessage,
  QueueDepth,
  ReceiptFailure,
  ReceivedMessage,
  ReceiveOptions,
  WorkQueue,
} from '../../core/ports/index.ts';
import { checkMessage, checkReceive, checkVisibility } from '../../core/ports/message-arguments.ts';
import { PartialSendError } from '../errors.ts';
import { tellFaults } from '../faults/tell-faults.ts';
import { type FailedEntry, partsOf, repeatFailed } from './repeated-batch.ts';

const PLAIN = /^[\x21-\x7e]{1,100}$/;

/**
 * Names a message group. SQS takes ASCII letters, digits and punctuation only; any other name is replaced by its hash,
 * which keeps groups apart as well.
 */
function fairGroup(group: string): string {
  return PLAIN.test(group) ? group : createHash('sha256').update(group).digest('hex');
}

/** What SQS takes in one call. */
const BATCH = 10;
const BATCH_BYTES = 256 * 1024;

function entryOf(message: OutgoingMessage, index: number): SendMessageBatchRequestEntry & { Id: string } {
  const { body, attributes = {}, delaySeconds, group } = message;
  const named = Object.entries(attributes).map(
    ([name, value]) => [name, { DataType: 'String', StringValue: value }] as const,
  );
  return {
    Id: String(index),
    MessageBody: body,
    ...(named.length > 0 ? { MessageAttributes: Object.fromEntries(named) } : {}),
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    ...(group === undefined ? {} : { MessageGroupId: fairGroup(group) }),
  };
}

/** Batches of at most ten messages and 256 KiB. */
function batchesOf(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  let batch: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size =
      Buffer.byteLength(message.body) + Buffer.byteLength(JSON.stringify(message.attributes ?? {}));
    if (batch.length === BATCH || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

function receivedMessage(message: Message): ReceivedMessage {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [
    name,
    StringValue,
  ]);
  return {
    id: MessageId,
    receipt: ReceiptHandle,
    body: Body,
    attributes: Object.fromEntries(attributes),
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)),
  };
}

/** A standard SQS queue. Groups make it a fair one. */
export class SqsQueue implements WorkQueue {
  readonly name: string;
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, name: string, url: string) {
    this.#client = tellFaults(client);
    this.name = name;
    this.#url = url;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) checkMessage(this.name, message);
    const batches = batchesOf(messages);
    const failed = await Promise.all(
      batches.map((batch) =>
        repeatFailed(batch.map(entryOf), async (Entries) => {
          const command = new SendMessageBatchCommand({ QueueUrl: this.#url, Entries });
          return (await this.#client.send(command)).Failed ?? [];
        }),
      ),
    );
    const [first] = failed.flat();
    if (first !== undefined) {
      throw new PartialSendError(
        `${failed.flat().length} of ${messages.length} messages were not taken by queue ${this.name} (${first.Code}: ${first.Message}). Send them again.`,
      );
    }
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    checkReceive(options);
    const { maxMessages, waitSeconds, visibilitySeconds, signal } = options;
    if (signal?.aborted) return [];
    try {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: maxMessages,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
          MessageAttributeNames: ['All'],
          ...(visibilitySeconds === undefined ? {} : { VisibilityTimeout: visibilitySeconds }),
        }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      return Messages.map(receivedMessage);
    } catch (error) {
      if (signal?.aborted) return [];
      throw error;
    }
  }

  async extend(receipts: readonly string[], visibilitySeconds: number): Promise<readonly ReceiptFailure[]> {
    checkVisibility(visibilitySeconds);
    return this.#each(receipts, async (entries) => {
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.#url,
        Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: visibilitySeconds })),
      });
      return (await this.#client.send(command)).Failed ?? [];
    });
  }

  async delete(receipts: readonly string[]): Promise<readonly ReceiptFailure[]> {
    return this.#each(receipts, async (Entries) => {
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries });
      return (await this.#client.send(command)).Failed ?? [];
    });
  }

  async release(receipts: readonly string[]): Promise<readonly ReceiptFailure[]> {
    return this.extend(receipts, 0);
  }

  async depth(): Promise<QueueDepth> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }

  async #each(
    receipts: readonly string[],
    call: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<readonly FailedEntry[]>,
  ): Promise<readonly ReceiptFailure[]> {
    const failures = await Promise.all(
      partsOf(receipts, BATCH).map(async (part) => {
        const entries = part.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt }));
        const failed = await repeatFailed(entries, call);
        return failed.map(({ Id, Code, Message }) => ({
          receipt: part[Number(Id)] ?? '',
          reason: Message ?? Code ?? 'unknown',
        }));
      }),
    );
    return failures.flat();
  }
}
