import { setTimeout as delay } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { SqsQueue } from '../../aws/queue/sqs-queue.ts';
import type { QueueSettings } from '../../core/messages/queues.ts';
import type { QueueSubject } from '../conformance/work-queue/index.ts';
import { clientSettings } from './client-settings.ts';

/** fauxqs in this process, with its clock: the real one. */
export class QueueEmulator {
  readonly client: SQSClient;
  readonly #server: FauxqsServer;
  #queues = 0;

  private constructor(server: FauxqsServer) {
    this.#server = server;
    this.client = new SQSClient(clientSettings(`http://127.0.0.1:${server.port}`));
  }

  static async start(): Promise<QueueEmulator> {
    return new QueueEmulator(await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }));
  }

  /** An empty queue with its dead-letter queue. */
  async open({ visibilitySeconds, maxReceiveCount, retentionSeconds }: QueueSettings): Promise<QueueSubject> {
    this.#queues += 1;
    const name = `queue-${this.#queues}`;
    const dead = this.#server.createQueue(`${name}-dead-letters`);
    this.#server.createQueue(name, {
      attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        MessageRetentionPeriod: String(retentionSeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount }),
      },
    });
    return {
      queue: new SqsQueue(this.client, name, this.#url(name)),
      deadLetters: new SqsQueue(this.client, `${name}-dead-letters`, this.#url(`${name}-dead-letters`)),
      advance: (milliseconds) => delay(milliseconds),
      close: async () => undefined,
    };
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.#server.stop();
  }

  #url(name: string): string {
    return `http://127.0.0.1:${this.#server.port}/000000000000/${name}`;
  }
}
