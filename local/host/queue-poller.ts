import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../../core/errors.ts';
import type { ReceivedMessage, WorkQueue } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import type { QueueFunction } from '../../functions/consume-queue.ts';
import { queueEventOf } from './queue-event.ts';

/** SQS hands a function at most so many messages at once. */
const MESSAGES_PER_EVENT = 10;
/** A failed message comes back after this long, times the deliveries it has had. */
const RETRY_SECONDS = 2;
const LONGEST_RETRY_SECONDS = 60;
const PAUSE_AFTER_FAULT_MILLISECONDS = 1_000;

/** Receives a queue's messages and calls a function with the events that SQS would send, until it is stopped. */
export class QueuePoller {
  readonly #queue: WorkQueue;
  readonly #consume: QueueFunction;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;

  constructor(queue: WorkQueue, consume: QueueFunction, log: Log) {
    this.#queue = queue;
    this.#consume = consume;
    this.#log = log;
    this.#done = this.#run();
  }

  /** Ends after the event in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const messages = await this.#queue.receive({
          maxMessages: MESSAGES_PER_EVENT,
          waitSeconds: 20,
          signal,
        });
        if (messages.length > 0) await this.#handle(messages);
      } catch (error) {
        if (signal.aborted) return;
        const reason = reasonOf(error);
        this.#log.error(`Queue ${this.#queue.name} could not be worked on`, { reason });
        await delay(PAUSE_AFTER_FAULT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const response = await this.#consume(queueEventOf(messages, this.#queue.name));
    const failed = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
    await this.#queue.delete(messages.filter((m) => !failed.has(m.id)).map((m) => m.receipt));
    for (const message of messages.filter((m) => failed.has(m.id))) {
      const pause = Math.min(RETRY_SECONDS * message.receiveCount, LONGEST_RETRY_SECONDS);
      await this.#queue.extend([message.receipt], pause);
    }
  }
}
